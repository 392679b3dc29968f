//! Defines the types of a component once.
//!
//! wit-component defines every type three times: for the functions that it lifts, for what an inner component
//! imports, and for what that one exports in the end. An inner component that holds the module itself and lifts
//! its functions with the types that it exports needs them once; the other two would be a good part of a policy.

use std::collections::HashMap;
use std::convert::Infallible;

use wasm_encoder::reencode::{Reencode, ReencodeComponent};
use wasm_encoder::{
    CanonicalFunctionSection, Component, ComponentExportKind, ComponentExportSection,
    ComponentInstanceSection, ComponentSectionId, ComponentTypeSection, NestedComponentSection, RawSection,
};
use wasmparser::{
    CanonicalFunction, ComponentExport, ComponentExternalKind, ComponentInstance, ComponentTypeRef, Parser,
    Payload,
};

use crate::encode::Error;

/// The same component in fewer bytes.
///
/// - `component`: of one core module and one exported instance, as wit-component makes it.
pub(crate) fn types_once(component: &[u8]) -> Result<Vec<u8>, Error> {
    let lifted = Lifted::of(component)?;
    let mut inner =
        Inner { component: Component::new(), types: Shifted { by: 0 }, imported: Vec::new(), functions: 0 };
    let mut exports = ComponentExportSection::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { unchecked_range, .. } => {
                inner.raw(ComponentSectionId::CoreModule, &component[unchecked_range]);
                depth += 1;
            }
            Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::InstanceSection(section) if depth == 0 => {
                inner.raw(ComponentSectionId::CoreInstance, &component[section.range()]);
            }
            Payload::ComponentAliasSection(section) if depth == 0 => {
                inner.raw(ComponentSectionId::Alias, &component[section.range()]);
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export?;
                    exports.export(export.name, ComponentExportKind::Instance, 0, None);
                }
            }
            // Up to the last import, types are those of imports, which are exported again as types of their own.
            Payload::ComponentTypeSection(section)
                if depth == 1 && inner.imported.len() < lifted.by_name.len() =>
            {
                inner.types.by += section.count();
            }
            Payload::ComponentTypeSection(section) if depth == 1 => inner.types(section)?,
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    let import = import?;
                    match import.ty {
                        ComponentTypeRef::Func(_) => inner.imported.push(import.name.name.to_owned()),
                        _ => inner.types.by += 1,
                    }
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    inner.export(&lifted, export?)?;
                }
            }
            _ => {}
        }
    }
    let mut outer = Component::new();
    outer.section(&NestedComponentSection(&inner.component));
    let mut instances = ComponentInstanceSection::new();
    let nothing: [(&str, ComponentExportKind, u32); 0] = [];
    instances.instantiate(0, nothing);
    outer.section(&instances);
    outer.section(&exports);
    Ok(outer.finish())
}

/// The functions that the outer component lifts, by the names under which the inner one imports them.
struct Lifted {
    functions: Vec<CanonicalFunction>,
    by_name: HashMap<String, u32>,
}

impl Lifted {
    fn of(component: &[u8]) -> Result<Self, Error> {
        let mut lifted = Self { functions: Vec::new(), by_name: HashMap::new() };
        for payload in Parser::new(0).parse_all(component) {
            match payload? {
                Payload::ComponentCanonicalSection(section) => {
                    lifted.functions.extend(section.into_iter().collect::<Result<Vec<_>, _>>()?);
                }
                Payload::ComponentInstanceSection(section) => {
                    for instance in section {
                        if let ComponentInstance::Instantiate { args, .. } = instance? {
                            let functions = args.iter().filter(|a| a.kind == ComponentExternalKind::Func);
                            lifted.by_name.extend(functions.map(|a| (a.name.to_owned(), a.index)));
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(lifted)
    }
}

/// The component inside.
struct Inner {
    component: Component,
    types: Shifted,
    /// The names of the functions that it imported.
    imported: Vec<String>,
    /// How many functions it has, of its own.
    functions: u32,
}

impl Inner {
    fn raw(&mut self, id: ComponentSectionId, data: &[u8]) {
        self.component.section(&RawSection { id: id.into(), data });
    }

    fn types(&mut self, section: wasmparser::ComponentTypeSectionReader<'_>) -> Result<(), Error> {
        let mut types = ComponentTypeSection::new();
        self.types.parse_component_type_section(&mut types, section)?;
        self.component.section(&types);
        Ok(())
    }

    /// A type as it is; a function lifted here, where it was imported.
    fn export(&mut self, lifted: &Lifted, export: ComponentExport<'_>) -> Result<(), Error> {
        let mut exports = ComponentExportSection::new();
        let (kind, index) = match (export.kind, export.ty) {
            (ComponentExternalKind::Type, None) => {
                (ComponentExportKind::Type, self.types.component_type_index(export.index))
            }
            (ComponentExternalKind::Func, Some(ComponentTypeRef::Func(ty))) => {
                let name = self
                    .imported
                    .get(export.index as usize)
                    .ok_or("a function is exported that was not imported")?;
                let function =
                    lifted.by_name.get(name).and_then(|&index| lifted.functions.get(index as usize));
                let Some(CanonicalFunction::Lift { core_func_index, options, .. }) = function else {
                    return Err("a function is imported that is not lifted".into());
                };
                let options: Result<Vec<_>, _> =
                    options.iter().map(|&option| self.types.canonical_option(option)).collect();
                let mut lifts = CanonicalFunctionSection::new();
                lifts.lift(*core_func_index, self.types.component_type_index(ty), options?);
                self.component.section(&lifts);
                // The function itself, and its export.
                self.functions += 2;
                (ComponentExportKind::Func, self.functions - 2)
            }
            _ => return Err("the component exports what is neither a type nor a function".into()),
        };
        exports.export(export.name, kind, index, None);
        self.component.section(&exports);
        Ok(())
    }
}

/// Types of the component inside without those that it needed for its imports.
struct Shifted {
    by: u32,
}

impl Reencode for Shifted {
    type Error = Infallible;
}

impl ReencodeComponent for Shifted {
    fn component_type_index(&mut self, index: u32) -> u32 {
        index.wrapping_sub(self.by)
    }
}
