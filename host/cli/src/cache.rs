//! Where compiled policies are kept.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

/// Whether and where compiled policies are kept.
#[derive(Args, Clone, Default)]
pub(crate) struct Cache {
    /// Directory that keeps compiled policies; INTERLOCK_CACHE, or interlock among the user's caches, when absent
    #[arg(long = "cache", value_name = "DIRECTORY", global = true, conflicts_with = "off")]
    directory: Option<PathBuf>,
    /// Keep no compiled policy and use none; as INTERLOCK_CACHE that is empty
    #[arg(long = "no-cache", global = true)]
    off: bool,
}

/// The directory, unless nothing is to be kept.
pub(crate) fn directory(cache: &Cache) -> Option<PathBuf> {
    choose(cache, |name| env::var_os(name))
}

/// Whether somebody named a directory, who wants to hear when it cannot be used.
pub(crate) fn is_asked_for(cache: &Cache) -> bool {
    cache.directory.is_some() || env::var_os(VARIABLE).is_some()
}

const VARIABLE: &str = "INTERLOCK_CACHE";

fn choose(cache: &Cache, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let Cache { directory, off } = cache;
    if *off {
        return None;
    }
    if let Some(directory) = directory {
        return Some(directory.clone());
    }
    if let Some(directory) = variable(VARIABLE) {
        return Some(PathBuf::from(directory)).filter(|path| !path.as_os_str().is_empty());
    }
    // The XDG specification has relative paths passed over.
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(caches.join("interlock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cache: Cache, variables: &[(&str, &str)], wanted: Option<&str>) {
        let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| value.into());
        assert_eq!(choose(&cache, variable), wanted.map(PathBuf::from));
    }

    #[test]
    fn the_argument_comes_before_the_variable_and_that_before_the_users_caches() {
        let named = || Cache { directory: Some("here".into()), off: false };
        let all = [("INTERLOCK_CACHE", "there"), ("XDG_CACHE_HOME", "/caches"), ("HOME", "/home/u")];
        check(named(), &all, Some("here"));
        check(Cache::default(), &all, Some("there"));
        check(Cache::default(), &all[1..], Some("/caches/interlock"));
        check(Cache::default(), &all[2..], Some("/home/u/.cache/interlock"));
        check(Cache::default(), &[("XDG_CACHE_HOME", "caches"), all[2]], Some("/home/u/.cache/interlock"));
        check(Cache::default(), &[], None);
    }

    #[test]
    fn no_cache_and_an_empty_variable_turn_it_off() {
        check(Cache { off: true, ..Cache::default() }, &[("INTERLOCK_CACHE", "there")], None);
        check(Cache::default(), &[("INTERLOCK_CACHE", ""), ("HOME", "/home/u")], None);
    }
}
