//! Ephemeral resources: values that are requested when they are needed and never stored.

use super::attr::Attr;
use super::check::{check_entry, has, is_version};
use super::data::View;
use super::request::{Request, RequestMethod, views};
use super::rights::Rights;
use super::template;
use crate::hooks::WithheldBecause;

/// An ephemeral resource.
pub struct Ephemeral {
    pub name: &'static str,
    pub doc: &'static str,
    /// The group of its page in the documentation.
    pub subcategory: &'static str,
    /// The first version of the system that has it.
    pub since: Option<&'static str>,
    /// The attributes that the user sets, and those of the response. A response must contain the keys.
    pub attrs: &'static [Attr],
    pub open: Open,
    pub response: Response,
    /// The least rights that a key needs to open it.
    pub readable_by: Rights,
    /// Why a successful response does not contain the values, if it does not.
    pub withheld: Option<WithheldBecause>,
    /// What may exist after an open whose response was lost.
    pub lost: &'static str,
    /// The attribute with the time until which the values are valid, if opening it again extends that time.
    pub renewable_until: Option<&'static str>,
    /// The first version of the system that extends it.
    pub renewable_since: Option<&'static str>,
    pub close: Option<Close>,
}

/// How the values are requested.
#[derive(Clone, Copy)]
pub enum Open {
    Request(Request),
    /// Without the provider's credentials, which may be missing.
    Unauthenticated(Request),
    /// As the provider requests its own token, with these attributes in place of the provider's settings of the same
    /// names.
    Token,
}

impl Open {
    /// The request, unless it is that for a token.
    pub const fn request(&self) -> Option<&Request> {
        match self {
            Open::Request(request) | Open::Unauthenticated(request) => Some(request),
            Open::Token => None,
        }
    }
}

/// Where a response contains the values.
#[derive(Clone, Copy)]
pub enum Response {
    /// It is the object.
    Object,
    /// It is a list, and this attribute contains it.
    List(&'static str),
    /// A header contains the value of an attribute.
    Header { attribute: &'static str, name: &'static str },
}

/// What ends the validity of the values.
pub struct Close {
    pub request: Request,
    /// The attribute with which the user asks for it.
    pub when: &'static str,
}

impl Ephemeral {
    pub const fn new(name: &'static str, doc: &'static str, open: Request, attrs: &'static [Attr]) -> Ephemeral {
        Ephemeral::opened(name, doc, Open::Request(open), attrs)
    }

    /// One that needs no credentials of the provider.
    pub const fn unauthenticated(
        name: &'static str,
        doc: &'static str,
        open: Request,
        attrs: &'static [Attr],
    ) -> Ephemeral {
        Ephemeral::opened(name, doc, Open::Unauthenticated(open), attrs)
    }

    /// A token that is requested as the provider requests its own.
    pub const fn token(name: &'static str, doc: &'static str, attrs: &'static [Attr]) -> Ephemeral {
        Ephemeral::opened(name, doc, Open::Token, attrs)
    }

    const fn opened(name: &'static str, doc: &'static str, open: Open, attrs: &'static [Attr]) -> Ephemeral {
        check_entry(attrs);
        if let Some(request) = open.request() {
            assert!(request.names_only(attrs, &[]), "the request names an attribute that the ephemeral resource lacks");
        }
        Ephemeral {
            name,
            doc,
            subcategory: "",
            since: None,
            attrs,
            open,
            response: Response::Object,
            readable_by: Rights::Standard,
            withheld: None,
            lost: "",
            renewable_until: None,
            renewable_since: None,
            close: None,
        }
    }

    /// The group of its page in the documentation.
    pub const fn subcategory(mut self, name: &'static str) -> Ephemeral {
        self.subcategory = name;
        self
    }

    /// Earlier versions of the system do not have it.
    pub const fn since(mut self, version: &'static str) -> Ephemeral {
        assert!(is_version(version), "since() is a version: up to three numbers with dots between them");
        self.since = Some(version);
        self
    }

    /// A response is a list, which this attribute contains.
    pub const fn list(mut self, attribute: &'static str) -> Ephemeral {
        assert!(has(self.attrs, attribute), "list() names an attribute that the ephemeral resource lacks");
        self.response = Response::List(attribute);
        self
    }

    /// A header of the response contains this attribute.
    pub const fn in_header(mut self, attribute: &'static str, name: &'static str) -> Ephemeral {
        assert!(has(self.attrs, attribute), "in_header() names an attribute that the ephemeral resource lacks");
        self.response = Response::Header { attribute, name };
        self
    }

    pub const fn readable_by(mut self, rights: Rights) -> Ephemeral {
        self.readable_by = rights;
        self
    }

    /// Some successful responses do not contain the values.
    pub const fn withheld(mut self, because: WithheldBecause) -> Ephemeral {
        self.withheld = Some(because);
        self
    }

    /// What may exist after an open whose response was lost, as a sentence.
    pub const fn lost(mut self, text: &'static str) -> Ephemeral {
        self.lost = text;
        self
    }

    /// Opening it again extends the validity of the same values to the time in this attribute, from this version of the
    /// system on.
    pub const fn renewable_until(mut self, attribute: &'static str, since: &'static str) -> Ephemeral {
        assert!(is_version(since), "the version of renewable_until() is up to three numbers with dots between them");
        assert!(has(self.attrs, attribute), "renewable_until() names an attribute that the ephemeral resource lacks");
        let repeatable = match self.open.request() {
            Some(request) => request.repeatable,
            None => false,
        };
        assert!(repeatable, "renewable_until() needs a request that is repeatable()");
        self.renewable_until = Some(attribute);
        self.renewable_since = Some(since);
        self
    }

    /// The request that ends the validity of the values, sent when the attribute `when` is true.
    pub const fn close(mut self, request: Request, when: &'static str) -> Ephemeral {
        assert!(
            request.names_only(self.attrs, &[]),
            "the request names an attribute that the ephemeral resource lacks"
        );
        assert!(has(self.attrs, when), "close() names an attribute that the ephemeral resource lacks");
        self.close = Some(Close { request, when });
        self
    }

    /// Contradictions between the parts, and with the system.
    pub(super) const fn check(&self, has_tokens: bool) {
        assert!(has_tokens || !matches!(self.open, Open::Token), "the system of a token() has no exchange");
        if let Some(Request { method: RequestMethod::Post, .. }) = self.open.request() {
            assert!(!self.lost.is_empty(), "a POST may have acted although its response was lost: lost() says how");
        }
    }

    pub fn views(&self) -> Vec<View> {
        let requests = [self.open.request(), self.close.as_ref().map(|close| &close.request)];
        views(self.attrs, requests.into_iter().flatten())
    }

    /// The attributes that a renewal or a close needs, and the keys, by which a renewal recognizes the values.
    pub fn kept(&self) -> impl Iterator<Item = &'static Attr> {
        let open = self.open.request().filter(|_| self.renewable_until.is_some());
        let close = self.close.as_ref().map(|close| &close.request);
        let requests = [open, close];
        let also = [self.renewable_until, self.close.as_ref().map(|close| close.when)];
        let is_kept = move |attr: &&'static Attr| {
            let mut sent = requests
                .into_iter()
                .flatten()
                .flat_map(|request| template::names(request.path).chain(request.body.iter().copied()));
            attr.is_key() || also.contains(&Some(attr.name)) || sent.any(|name| name == attr.name)
        };
        let keeps = requests.iter().any(Option::is_some);
        self.attrs.iter().filter(move |attr| keeps && is_kept(attr))
    }

    /// What messages call it.
    pub fn noun(&self) -> String {
        super::resource::noun(self.name)
    }
}
