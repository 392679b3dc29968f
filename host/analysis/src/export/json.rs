//! The manifest.

use interlock_model::Manifest;

use super::pretty;
use crate::sheet::{Selection, Sheet};

/// The manifest with the offers and grants of the sheets that are meant.
pub(super) fn write(manifest: &Manifest, selection: Selection) -> String {
    let mut manifest = manifest.clone();
    let takes = |kind, mode| selection.takes(Sheet { kind, mode });
    manifest.offers.retain(|offer| takes(offer.kind, offer.mode));
    manifest.grants.retain(|grant| takes(grant.kind, grant.mode));
    pretty(&manifest)
}
