//! Claims about the analysis, over policies that are interpreted from a manifest.
//!
//! Modules are `cfg(test)` because the lints let helpers unwrap only there.

#[cfg(test)]
mod authored;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod diff;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod interpreter;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod random;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tables;
