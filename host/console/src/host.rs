//! Under which name a request was sent: a page of anybody's can have its own name lead to this machine, but it cannot
//! change what the browser then calls the host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::header;
use axum::http::request::Parts;

/// Whether every name that a request has for the host is this machine's own, and there is one. The port may be any,
/// since it may be forwarded.
pub(crate) fn is_loopback(head: &Parts) -> bool {
    let target = head.uri.authority().map(|authority| Some(authority.as_str()));
    let hosts = head.headers.get_all(header::HOST).iter().map(|host| host.to_str().ok());
    let mut names = target.into_iter().chain(hosts).peekable();
    names.peek().is_some() && names.all(|name| name.is_some_and(is_loopback_name))
}

/// - `name`: `host` or `host:port`, an address of IPv6 in brackets.
fn is_loopback_name(name: &str) -> bool {
    let (host, port) = match name.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (name, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return false;
    }
    let address = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().map(IpAddr::from),
        None => host.parse::<Ipv4Addr>().map(IpAddr::from),
    };
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_pass() {
        for name in [
            "localhost",
            "LOCALHOST:8182",
            "127.0.0.1:8182",
            "127.0.0.1",
            "127.9.9.9:1",
            "[::1]",
            "[::1]:8182",
        ] {
            assert!(is_loopback_name(name), "{name}");
        }
        for name in [
            "",
            ":8182",
            "example.com",
            "example.com:8182",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "127.0.0.1:8182:8182",
            "127.0.0.1:port",
            "user@127.0.0.1",
            "10.0.0.1",
            "0.0.0.0",
            "[::]",
            "[::ffff:10.0.0.1]",
            "::1",
            "[::1",
            "2130706433",
        ] {
            assert!(!is_loopback_name(name), "{name}");
        }
    }
}
