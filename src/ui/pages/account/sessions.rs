use super::device::device;
use crate::api;
use crate::model::{Account, SessionId, SignIn, TenantId};
use crate::ui::browser;
use crate::ui::components::{Button, PostForm, use_form_token, use_toasts};
use crate::ui::dates::use_dates;
use crate::ui::mutation::use_mutation;
use crate::ui::visit::{Control, Done};
use crate::ui::words::{fill, use_words};
use dioxus::prelude::*;

const HEADING: &str = "sessions";

/// Where the operator is signed in. The other sessions can be ended, or all at once.
#[component]
pub fn Sessions(
    tenant_id: Option<TenantId>,
    sessions: Vec<SignIn>,
    onchange: Callback<Account>,
) -> Element {
    let words = use_words();
    let mutation = use_mutation(Control::Sessions);
    let toasts = use_toasts();
    let mut ending = use_signal(|| None::<SessionId>);
    let end = use_callback(move |id: SessionId| {
        if mutation.busy() {
            return;
        }
        ending.set(Some(id.clone()));
        mutation.run(api::end_session(id), move |account| {
            toasts.show(Done::SessionEnded);
            onchange.call(account);
            // The button is gone with its session.
            browser::focus(HEADING);
        });
    });
    rsx! {
        section { class: "card", aria_labelledby: HEADING,
            h2 { id: HEADING, tabindex: "-1", {words.account.sessions} }
            ul { class: "rows",
                for session in sessions {
                    Row {
                        key: "{session.id}",
                        tenant_id: tenant_id.clone(),
                        busy: mutation.busy() && ending().as_ref() == Some(&session.id),
                        session,
                        onend: end,
                    }
                }
            }
            {mutation.note()}
            // It leads to the sign-in page: there is nothing to do in place.
            form { class: "control", method: "post", action: "/account/sign-out-everywhere",
                {use_form_token()}
                if let Some(tenant_id) = tenant_id {
                    input { r#type: "hidden", name: "tenant_id", value: "{tenant_id}" }
                }
                Button { r#type: "submit", aria_describedby: "everywhere", {words.account.everywhere} }
                p { id: "everywhere", class: "hint", {words.account.everywhere_text} }
            }
        }
    }
}

#[component]
fn Row(
    tenant_id: Option<TenantId>,
    session: SignIn,
    busy: bool,
    onend: Callback<SessionId>,
) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let name = match session.user_agent.as_deref().and_then(device) {
        Some((browser, system)) => fill(words.account.browser_on, &[browser, system]),
        None => words.account.unknown_device.to_owned(),
    };
    let times = [session.created_at, session.last_seen_at].map(|time| dates.moment(time));
    let id = session.id;
    rsx! {
        li {
            div {
                strong { "{name}" }
                p { class: "note", {fill(words.account.signed_in, &[&times[0], &times[1]])} }
            }
            if session.current {
                span { class: "state", "data-state": "on", {words.account.this_session} }
            } else {
                PostForm {
                    action: "/account/sessions/{id}/end",
                    tenant_id,
                    onsubmit: move |_| onend.call(id.clone()),
                    Button {
                        r#type: "submit",
                        busy,
                        aria_label: fill(words.account.end_session_of, &[&name]),
                        {words.account.end_session}
                    }
                }
            }
        }
    }
}
