//! What the pages can show: `console.json`, with the served policy and the given world before those that the pages
//! bring along.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::console::{Settings, StartError};

/// Where the served policy is, from the page.
pub(crate) const POLICY: &str = "policies/served.wasm";

/// Where the given world is, from the page.
pub(crate) const WORLD: &str = "worlds/given.json";

/// Where the listing is, from the page.
pub(crate) const LISTING: &str = "console.json";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    policies: Vec<Value>,
    worlds: Vec<Value>,
}

/// The listing as it is served.
pub(crate) fn listing(settings: &Settings) -> Result<Vec<u8>, StartError> {
    let page = settings.pages.get(LISTING).ok_or_else(|| StartError::Listing("it is missing".to_owned()))?;
    let plain = page.plain().map_err(|error| StartError::Listing(error.to_string()))?;
    let mut listing: Listing =
        serde_json::from_slice(&plain).map_err(|error| StartError::Listing(error.to_string()))?;
    let policy = &settings.policy;
    let file = policy.source.file().map(|path| path.display().to_string());
    listing.policies.insert(0, json!({"title": policy.title, "url": POLICY, "watch": true, "file": file}));
    if let Some(world) = &settings.world {
        let file = world.file.as_ref().map(|path| path.display().to_string());
        let entry = json!({"title": world.title, "url": WORLD, "policy": policy.name, "file": file});
        listing.worlds.insert(0, entry);
    }
    serde_json::to_vec(&listing).map_err(|error| StartError::Listing(error.to_string()))
}
