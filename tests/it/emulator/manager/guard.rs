//! The guard of multi-tenant deployments: which hosts no tenant may reach (manager facts §3). Addresses are refused when
//! they are written, names when they are dialled.

use std::net::IpAddr;

/// Whether the host is an address in a blocked network. A name never is.
pub(super) fn blocks_address(host: &str) -> bool {
    match host.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => {
            let shared = [address.is_loopback(), address.is_private(), address.is_link_local(), address.is_multicast()];
            let others =
                matches!(address.octets(), [0 | 240.., ..] | [100, 64..=127, ..] | [192, 0, 0, _] | [198, 18..=19, ..]);
            others || address.is_documentation() || shared.contains(&true)
        }
        Ok(IpAddr::V6(address)) => {
            let local = address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local();
            let others = matches!(address.segments(), [0x2001, 0xdb8, ..] | [0x100, 0, 0, 0, ..]);
            others || local || address.is_unspecified() || address.is_multicast()
        }
        Err(_) => false,
    }
}

/// Whether nothing is dialled there. What a name resolves to is not looked up.
pub(super) fn blocks(host: &str) -> bool {
    let name = host.to_lowercase();
    blocks_address(host) || name == "localhost" || name.ends_with(".local") || name.ends_with(".internal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_end_where_they_end() {
        for (inside, outside) in [
            ("172.31.255.255", "172.32.0.0"),
            ("100.127.255.255", "100.128.0.0"),
            ("198.19.255.255", "198.20.0.0"),
            ("203.0.113.255", "203.0.114.0"),
            ("192.0.0.255", "192.0.1.0"),
            ("255.255.255.255", "1.0.0.0"),
            ("100::1", "100:0:0:1::1"),
            ("2001:db8:ffff::1", "2001:db9::1"),
            ("::1", "::2"),
            ("fdff::1", "fe00::1"),
            ("febf::1", "fec0::1"),
            ("::ffff:127.0.0.1", "::ffff:8.8.8.8"),
        ] {
            assert!(blocks_address(inside) && !blocks_address(outside), "{inside} {outside}");
        }
        assert!(!blocks_address("localhost") && blocks("LOCALHOST") && blocks("db.cluster.local"));
        assert!(blocks("metadata.google.internal") && !blocks("local") && !blocks("db.example.com"));
    }
}
