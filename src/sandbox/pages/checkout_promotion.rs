//! A promotion code typed on the hosted Checkout page.

use crate::sandbox::pages::checkout::{again_is_done, open_session};
use crate::sandbox::pages::checkout_page::Page;
use crate::sandbox::pages::checkout_summary::RefusedCode;
use crate::sandbox::pages::html;
use crate::sandbox::protocol::form::pairs;
use crate::sandbox::shared::Shared;
use crate::sandbox::state::State;
use crate::sandbox::store::Kind;
use crate::sandbox::value::Fields;
use crate::sandbox::{checkout_totals, discounts};
use axum::extract::{Path, State as Extract};
use axum::response::Response;
use dioxus::server::axum;
use serde_json::Value;
use std::sync::Arc;

/// `POST /c/pay/{id}/promotion`: code, empty to remove the one there is
pub async fn apply(
    Extract(shared): Extract<Arc<Shared>>,
    Path(id): Path<String>,
    body: String,
) -> Response {
    let mut state = shared.current();
    let session = match open_session(&state, &id) {
        Ok(session) => session,
        Err(answer) => return again_is_done(&state, &id).unwrap_or(*answer),
    };
    let fields = pairs(&body);
    let code = fields.iter().find(|(key, _)| key == "code");
    let code = code.map(|(_, value)| value.trim()).unwrap_or_default();
    match promised(&state, &session, code) {
        Ok(redeemed) => {
            let now = state.now();
            state.edit(Kind::CheckoutSession, &id, |session| {
                checkout_totals::redeem(session, &redeemed, now);
            });
            html::see_other(&format!("/c/pay/{id}"))
        }
        Err(why) => {
            let refused = RefusedCode { code: code.to_owned(), why };
            let page = Page { refused: Some(&refused), ..Page::default() };
            page.render(&state, &session)
        }
    }
}

/// What a typed code redeems; nothing if it is empty.
fn promised(
    state: &State,
    session: &Value,
    code: &str,
) -> Result<Vec<discounts::Redeemed>, discounts::Refusal> {
    if !session.flag("allow_promotion_codes") {
        return Err(discounts::Refusal::Unknown);
    }
    if code.is_empty() {
        return Ok(Vec::new());
    }
    let row = discounts::typed(state, code).ok_or(discounts::Refusal::Unknown)?;
    let customer = session.maybe_text("customer");
    discounts::by_code(state, row, customer, session.text("currency")).map(|one| vec![one])
}
