//! What the caller has, as values that CEL reads where they are.

use std::fmt::Debug;
use std::slice;

use cel::ExecutionError;
use cel::common::traits::{Container, Indexer, Iterable, Iterator};
use cel::common::types::{CelBool, CelString, LIST_TYPE, MAP_TYPE, Type};
use cel::common::value::{CowVal, Val};

use crate::names::{Cluster, Connection, Location};

/// A list whose elements borrow.
#[derive(Clone, Debug)]
pub(super) struct List<T>(pub(super) Vec<T>);

/// A resource as a map from the names of its fields.
#[derive(Debug)]
pub(super) struct Row<'c, T>(pub(super) &'c T);

/// A map from ids to resources.
#[derive(Debug)]
pub(super) struct ById<'c, T>(pub(super) &'c [T]);

/// A resource with an id and fields.
pub(super) trait Resource: Debug + Send + Sync {
    fn id(&self) -> &str;
    fn field<'c>(&'c self, name: &str) -> Option<CowVal<'c, 'c>>;
}

impl Resource for Connection {
    fn id(&self) -> &str {
        &self.id
    }

    fn field<'c>(&'c self, name: &str) -> Option<CowVal<'c, 'c>> {
        Some(text(match name {
            "state" => &self.state,
            "location" => &self.location,
            "cluster" => &self.cluster,
            _ => return None,
        }))
    }
}

impl Resource for Cluster {
    fn id(&self) -> &str {
        &self.id
    }

    fn field<'c>(&'c self, name: &str) -> Option<CowVal<'c, 'c>> {
        match name {
            "state" => Some(text(&self.state)),
            "reachable" => Some(CowVal::owned(CelBool::from(self.reachable))),
            _ => None,
        }
    }
}

impl Resource for Location {
    fn id(&self) -> &str {
        &self.id
    }

    fn field<'c>(&'c self, name: &str) -> Option<CowVal<'c, 'c>> {
        (name == "state").then(|| text(&self.state))
    }
}

fn text<'c>(text: &'c str) -> CowVal<'c, 'c> {
    CowVal::owned(CelString::from(text))
}

fn key(value: &dyn Val) -> Result<&str, ExecutionError> {
    let key = value.downcast_ref::<CelString<'_>>();
    key.map(CelString::inner).ok_or_else(|| ExecutionError::no_such_key("a value that is no text"))
}

impl<T: Val + Clone> Val for List<T> {
    fn get_type(&self) -> &Type {
        &LIST_TYPE
    }

    fn cel_type() -> &'static Type {
        &LIST_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }
}

impl<T: Val> Container for List<T> {
    fn contains(&self, value: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(self.0.iter().any(|element| element.equals(value)))
    }
}

impl<T: Val> Iterable for List<T> {
    fn iter<'b, 'v>(&'b self) -> Box<dyn Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Box::new(Elements(self.0.iter()))
    }
}

struct Elements<'b, T>(slice::Iter<'b, T>);

impl<'b, 'v, T: Val + 'v> Iterator<'b, 'v> for Elements<'b, T> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|element| element as &(dyn Val + 'v))
    }
}

impl<T> Clone for Row<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<T: Resource> Val for Row<'_, T> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(Row(self.0))
    }
}

impl<T: Resource> Indexer for Row<'_, T> {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let name = key(index)?;
        self.0.field(name).ok_or_else(|| ExecutionError::no_such_key(name))
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let name = key(index)?;
        self.0.field(name).map(CowVal::into_owned).ok_or_else(|| ExecutionError::no_such_key(name))
    }
}

impl<T: Resource> Val for ById<'_, T> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(ById(self.0))
    }
}

impl<'c, T: Resource> ById<'c, T> {
    fn find(&self, id: &dyn Val) -> Result<Option<&'c T>, ExecutionError> {
        let id = key(id)?;
        Ok(self.0.iter().find(|resource| resource.id() == id))
    }
}

impl<T: Resource> Container for ById<'_, T> {
    fn contains(&self, id: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(self.find(id)?.is_some())
    }
}

impl<T: Resource> Indexer for ById<'_, T> {
    fn get<'b, 'v>(&'b self, id: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let resource = self.find(id)?.ok_or_else(|| ExecutionError::no_such_key("no such id"))?;
        Ok(CowVal::owned(Row(resource)))
    }

    fn steal<'v>(self: Box<Self>, id: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let resource = self.find(id)?.ok_or_else(|| ExecutionError::no_such_key("no such id"))?;
        Ok(Box::new(Row(resource)))
    }
}
