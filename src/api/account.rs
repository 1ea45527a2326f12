//! The operator's own account: password and sessions.

use crate::api::ApiResult;
use crate::model::{Account, ChangePassword, Empty, SessionId};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

#[cfg(feature = "server")]
use crate::api::Session;
#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::auth::Visitor;

/// The signed-in operator, and where they are signed in.
#[get("/api/portal/account", session: Session)]
pub async fn account() -> ApiResult<Account> {
    Ok(session.auth.account(&session.open).await?)
}

/// Changes the password and ends all of the operator's sessions; the response's cookies start a new
/// one.
#[post("/api/portal/account/password", session: Session, visitor: Visitor)]
pub async fn change_password(body: Json<ChangePassword>) -> ApiResult<Empty> {
    let changed = session.auth.change_password(&session.open, &body, &visitor).await?;
    session.signed_in.renew(changed);
    Ok(Empty {})
}

/// Ends one of the operator's sessions.
#[post("/api/portal/account/sessions/{id}/end", session: Session)]
pub async fn end_session(id: SessionId) -> ApiResult<Account> {
    session.auth.end(&session.open.operator.id, &id).await?;
    Ok(session.auth.account(&session.open).await?)
}

/// Ends all of the operator's sessions, this one too.
#[post("/api/portal/account/sign_out_everywhere", session: Session)]
pub async fn sign_out_everywhere() -> ApiResult<Empty> {
    session.auth.sign_out_everywhere(&session.open.operator.id).await?;
    Ok(Empty {})
}
