//! Signing in and out, and the operator's own account.

use super::{ACTING, LOOKING, act};
use crate::model::*;
use crate::server::openapi::operation::{Operation, SESSION, Schemas};
use serde_json::json;

pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        Operation::new("post", "/api/auth/login", "login", "Signs in: sets the session's cookie")
            .body(schemas.taken::<Login>())
            .answers(json!({
                "type": "object",
                "properties": {"email": {"type": "string"}},
                "required": ["email"],
            }))
            .errors(&ACTING),
        Operation::new("post", "/api/auth/logout", "logout", "Ends the session, if there is one")
            .answers_nothing("Signed out")
            .errors(&[403, 408, 413, 429, 431, 503]),
        Operation::new("get", "/api/portal/account", "account", "Where the operator is signed in")
            .answers(schemas.answered::<Account>())
            .errors(&LOOKING)
            .secured_by(SESSION),
        act::<ChangePassword, Empty>(
            schemas,
            "/api/portal/account/password",
            "change_password",
            "Changes the password, which ends all of the operator's sessions; the answer's cookies begin \
             another",
        ),
        Operation::new(
            "post",
            "/api/portal/account/sessions/{id}/end",
            "end_session",
            "Ends one of the operator's sessions",
        )
        .answers(schemas.answered::<Account>())
        .errors(&ACTING)
        .secured_by(SESSION),
        Operation::new(
            "post",
            "/api/portal/account/sign_out_everywhere",
            "sign_out_everywhere",
            "Ends all of the operator's sessions",
        )
        .answers(schemas.answered::<Empty>())
        .errors(&ACTING)
        .secured_by(SESSION),
    ]
}
