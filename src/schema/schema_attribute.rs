//! The attributes of a table as Terraform sees them: a secret has three.

use std::borrow::Cow;

use super::attr::Attr;
use super::kind::Role;
use crate::value::Type;

/// One attribute as Terraform sees it: an entry of the table, or one of the three of a secret.
pub struct SchemaAttribute {
    pub name: Cow<'static, str>,
    pub attr: &'static Attr,
    pub role: Role,
}

impl SchemaAttribute {
    pub fn ty(&self) -> Type {
        match self.role {
            // A number, a date or the version ID of a key vault: Terraform converts all of them to a string.
            Role::Version => Type::String,
            Role::Plain | Role::WriteOnly => self.attr.kind.ty(),
        }
    }
}

/// The schema attributes of a resource, or of a nested object.
pub fn schema_attributes(attrs: &'static [Attr]) -> impl Iterator<Item = SchemaAttribute> {
    attrs.iter().filter(|attr| attr.is_managed()).flat_map(|attr| {
        let roles: &[Role] =
            if attr.is_secret() { &[Role::Plain, Role::WriteOnly, Role::Version] } else { &[Role::Plain] };
        roles.iter().map(move |role| SchemaAttribute { name: name(attr, *role), attr, role: *role })
    })
}

fn name(attr: &'static Attr, role: Role) -> Cow<'static, str> {
    match role {
        Role::Plain => Cow::Borrowed(attr.name),
        Role::WriteOnly => Cow::Owned(attr.write_only_name()),
        Role::Version => Cow::Owned(attr.version_name()),
    }
}

/// The Terraform type of an object with these attributes.
pub fn object_type(attrs: &'static [Attr]) -> Type {
    Type::Object(schema_attributes(attrs).map(|attribute| (attribute.name.to_string(), attribute.ty())).collect())
}
