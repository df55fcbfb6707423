//! What a key may read and write: the roles of keys in a system, and the rights that objects and attributes require. The
//! engine applies them.

/// What a key may do. Each variant includes the ones before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rights {
    /// Read some types of objects, and not all of their attributes.
    Standard,
    /// Read all types of objects, and not all of their attributes.
    Auditor,
    /// Read and write everything.
    Admin,
}

impl Rights {
    /// The rights that do not suffice for everything.
    pub const LIMITED: [Rights; 2] = [Rights::Standard, Rights::Auditor];
}

/// The roles of keys.
pub struct Roles {
    /// Where the response to the credential check contains the role of the key.
    pub at: &'static str,
    /// The names of roles and their rights. An unknown role is treated as one that may do everything.
    pub names: &'static [(&'static str, Rights)],
    /// What gives a key all rights, to follow "needs".
    pub admin: &'static str,
    /// What gives a key at least the rights of an auditor, to follow "needs".
    pub auditor: &'static str,
}

impl Roles {
    /// The rights of a role; none for an unknown role.
    pub fn of(&self, role: &str) -> Option<Rights> {
        self.names.iter().find(|(name, _)| *name == role).map(|(_, rights)| *rights)
    }

    /// What gives a key these rights, to follow "needs".
    pub fn that_give(&self, rights: Rights) -> &'static str {
        if rights == Rights::Admin { self.admin } else { self.auditor }
    }

    /// The system's name for the role with these rights.
    pub fn name_of(&self, rights: Rights) -> &'static str {
        self.names.iter().find(|(_, it)| *it == rights).map_or("", |(name, _)| name)
    }
}

/// Objects that the system hides from some keys: it responds as if they did not exist.
#[derive(Clone, Copy)]
pub struct Hiding {
    /// Objects can be hidden from keys with fewer rights than these.
    pub from_fewer_than: Rights,
    /// Path of the object that enables the hiding: while it does not exist, nothing is hidden.
    pub switch: &'static str,
    /// What is at `switch`, to follow "while".
    pub when: &'static str,
    /// Which objects are not hidden, to complete "A key is shown …".
    pub shown: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: Roles = Roles {
        at: "role",
        names: &[("all", Rights::Admin), ("some", Rights::Standard)],
        admin: "the group `all`",
        auditor: "the group `most`",
    };

    #[test]
    fn an_unknown_role_has_no_rights() {
        assert_eq!((ROLES.of("some"), ROLES.of("other")), (Some(Rights::Standard), None));
    }

    #[test]
    fn rights_are_ordered() {
        assert!(Rights::Standard < Rights::Auditor && Rights::Auditor < Rights::Admin);
        assert_eq!(ROLES.that_give(Rights::Auditor), "the group `most`");
        assert_eq!(ROLES.name_of(Rights::Standard), "some");
    }
}
