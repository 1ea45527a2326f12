//! The operator's own account: password and sessions.

use crate::api::ApiResult;
use crate::model::{Account, ChangePassword, Empty, SessionId};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

#[cfg(feature = "web")]
use crate::api::client as dioxus_fullstack;
#[cfg(feature = "server")]
use crate::auth::{Session, Visitor};

/// The signed-in operator, and where they are signed in.
#[get("/api/portal/account", session: Session)]
pub async fn account() -> ApiResult<Account> {
    Ok(session.account().await?)
}

/// Changes the password, which ends all of the operator's sessions; the answer's cookies begin another.
#[post("/api/portal/account/password", session: Session, visitor: Visitor)]
pub async fn change_password(body: Json<ChangePassword>) -> ApiResult<Empty> {
    session.change_password(&body, &visitor).await?;
    Ok(Empty {})
}

/// Ends one of the operator's sessions.
#[post("/api/portal/account/sessions/{id}/end", session: Session)]
pub async fn end_session(id: SessionId) -> ApiResult<Account> {
    session.end(&id).await?;
    Ok(session.account().await?)
}

/// Ends all of the operator's sessions, this one too.
#[post("/api/portal/account/sign_out_everywhere", session: Session)]
pub async fn sign_out_everywhere() -> ApiResult<Empty> {
    session.sign_out_everywhere().await?;
    Ok(Empty {})
}
