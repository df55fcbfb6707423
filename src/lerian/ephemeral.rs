//! The ephemeral resources of the manager.

use crate::schema::Kind::{Int64, Str};
use crate::schema::{Ephemeral, computed, optional};

pub(super) static EPHEMERALS: &[&Ephemeral] = &[&ACCESS_TOKEN];

static ACCESS_TOKEN: Ephemeral = Ephemeral::token(
    "lerian_access_token",
    "A token that Access Manager issues for client credentials, those of the provider or others. It cannot be renewed or \
     revoked: another request returns another token.",
    &[
        optional("client_id", Str, "Client identifier. Defaults to that of the provider."),
        optional("client_secret", Str, "Client secret for `client_id`. Defaults to that of the provider.").sensitive(),
        optional("auth_url", Str, "URL of Access Manager. Defaults to that of the provider."),
        computed("token", Str, "The token.").wire("accessToken").sensitive().key(),
        computed("token_type", Str, "Type of the token, usually `Bearer`.").wire("tokenType"),
        computed("expires_in", Int64, "How long the token is valid, in seconds.").wire("expiresIn"),
    ],
);
