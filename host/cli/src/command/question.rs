//! A question about a world: who asks what of which resource.

use clap::Args;
use interlock_model::{ABSENT, Attributes, Manifest, Request, RequestError, World};

use crate::arguments::{Input, NamedValue, TargetName, attributes};
use crate::failure::Failure;
use crate::{exit, names, world_file};

/// A world, and what is said besides.
#[derive(Args)]
pub(crate) struct Site {
    /// World to ask about: subjects and resources, as JSON in a file, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) world: Input,
    /// Subject of the world that asks; nobody when absent: the platform reports an event
    #[arg(long = "as", value_name = "SUBJECT")]
    pub(crate) subject: Option<String>,
    /// Parameter of the action; may be given several times
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) parameters: Vec<NamedValue>,
    /// Attribute of a target that is yet to be made; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) attributes: Vec<NamedValue>,
}

impl Site {
    /// Reads the world and checks every name that does not depend on a target; warns of those that the
    /// policy ignores and that are nearly ones it reads.
    ///
    /// - `mode`: in place of the world's own.
    ///
    /// # Errors
    ///
    /// As [`world_file::read`]; [`Failure::Usage`] for a name that the policy or the world does not have.
    pub(crate) fn read(&self, manifest: &Manifest, mode: Option<&str>) -> Result<World, Failure> {
        let mut world = world_file::read(&self.world)?;
        match mode {
            Some(mode) => {
                names::mode(manifest, mode)?;
                mode.clone_into(&mut world.mode);
            }
            None => {
                names::mode(manifest, &world.mode).map_err(|failure| {
                    Failure::Request(RequestError::UnknownMode(format!("{}: {failure}", self.world)))
                })?;
            }
        }
        names::subject(&world, self.subject.as_deref())?;
        names::parameters(manifest, &self.parameters)?;
        names::near_misses(manifest, &world.subjects, &world.resources, &Attributes::new())
            .iter()
            .for_each(|miss| exit::warn(miss));
        Ok(world)
    }

    /// The request that asks `action` of a target of the world.
    ///
    /// A target that the world does not have is one yet to be made, if the action can make one of its kind.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] for a name that the policy or the world does not have, and for attributes
    /// given to a resource that has its own.
    pub(crate) fn request(
        &self,
        manifest: &Manifest,
        world: &World,
        action: &str,
        target: &TargetName,
    ) -> Result<Request, Failure> {
        let (kind, action_index) = (names::kind(manifest, &target.kind)?, names::action(manifest, action)?);
        if world.resource(&target.kind, &target.id).is_none() && !makes(manifest, world, kind, action_index) {
            return Err(names::unknown_target(world, target));
        }
        self.request_of(manifest, world, action, target)
    }

    /// As [`Site::request`], without asking whether the action can make a target that the world does not have.
    pub(crate) fn request_of(
        &self,
        manifest: &Manifest,
        world: &World,
        action: &str,
        target: &TargetName,
    ) -> Result<Request, Failure> {
        let TargetName { kind, id } = target;
        if !self.attributes.is_empty() && world.resource(kind, id).is_some() {
            let message =
                format!("--set is for a target that is yet to be made; the world has {kind} `{id}`");
            return Err(Failure::Usage(message));
        }
        names::attributes(manifest, names::kind(manifest, kind)?, &self.attributes)?;
        let (links, parameters) = (attributes(&self.attributes), attributes(&self.parameters));
        world
            .request(self.subject.as_deref(), action, (kind, id), &links, &parameters)
            .map_err(|source| Failure::World { place: self.world.to_string(), source })
    }
}

/// Whether an action leaves `absent`, in the world's mode if it is offered there at all.
fn makes(manifest: &Manifest, world: &World, kind: u8, action: u8) -> bool {
    let mode = manifest.mode(&world.mode);
    let offers: Vec<_> =
        manifest.offers.iter().filter(|offer| offer.kind == kind && offer.action == action).collect();
    let in_mode = offers.iter().any(|offer| Some(offer.mode) == mode);
    offers
        .iter()
        .filter(|offer| !in_mode || Some(offer.mode) == mode)
        .any(|offer| manifest.state(kind, ABSENT).is_some_and(|absent| offer.from_states.contains(&absent)))
}
