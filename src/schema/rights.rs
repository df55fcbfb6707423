//! What the key of a caller may see and do: what a system says of a key, and what a table says of an object. How reads
//! and writes go by it is the engine's.

/// How much a key may see and do. Each may do what the ones before it may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rights {
    /// Reads some types of objects, and not all of what they hold.
    Standard,
    /// Reads all types of objects, and not all of what they hold.
    Auditor,
    /// Reads and writes everything.
    Admin,
}

impl Rights {
    /// Those that a table can name as not enough.
    pub const LIMITED: [Rights; 2] = [Rights::Standard, Rights::Auditor];
}

/// The roles of keys, of a system that has any.
pub struct Roles {
    /// Where the answer to the credential check names the role of the key.
    pub at: &'static str,
    /// The names of roles and what they may do. Any other role is taken for one that may do everything.
    pub names: &'static [(&'static str, Rights)],
    /// What gives a key all rights, to follow "needs".
    pub admin: &'static str,
    /// What gives a key at least the rights of an auditor, to follow "needs".
    pub auditor: &'static str,
}

impl Roles {
    /// The rights of a role; none for a role that nobody knows.
    pub fn of(&self, role: &str) -> Option<Rights> {
        self.names.iter().find(|(name, _)| *name == role).map(|(_, rights)| *rights)
    }

    /// What gives a key these rights, to follow "needs".
    pub fn that_give(&self, rights: Rights) -> &'static str {
        if rights == Rights::Admin { self.admin } else { self.auditor }
    }

    /// The role that has these rights, in the system's own word.
    pub fn name_of(&self, rights: Rights) -> &'static str {
        self.names.iter().find(|(_, it)| *it == rights).map_or("", |(name, _)| name)
    }
}

/// Objects whose existence the system denies to some keys: it answers as if they were not there.
#[derive(Clone, Copy)]
pub struct Hiding {
    /// Keys with fewer rights than these may be told that an object is not there.
    pub from_fewer_than: Rights,
    /// Path of what switches the hiding on: while the system has nothing there, it hides nothing.
    pub switch: &'static str,
    /// What is at `switch`, to follow "while".
    pub when: &'static str,
    /// Who is shown an object all the same, to complete "A key is shown …".
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
    fn a_role_that_nobody_knows_tells_nothing() {
        assert_eq!((ROLES.of("some"), ROLES.of("other")), (Some(Rights::Standard), None));
    }

    #[test]
    fn rights_are_ordered() {
        assert!(Rights::Standard < Rights::Auditor && Rights::Auditor < Rights::Admin);
        assert_eq!(ROLES.that_give(Rights::Auditor), "the group `most`");
        assert_eq!(ROLES.name_of(Rights::Standard), "some");
    }
}
