//! Changes the seats of a subscription.

use super::load::Asked;
use crate::model::{AgentCount, Tenant};
use crate::ui::Route;
use crate::ui::components::{Button, Stepper, read_count, step_form};
use crate::ui::mutation::use_mutation;
use crate::ui::pages::billing::quote::QuoteForm;
use crate::ui::visit::Control;
use crate::ui::words::{plural, use_words};
use dioxus::prelude::*;

const STEP_FORM: &str = "seats-step";

/// Takes the focus when the confirmation below the stepper is gone.
pub const SEATS: &str = "seats-change";

/// The stepper; a new number opens the confirmation below it. Without scripts the number is submitted,
/// and comes back with its quote.
#[component]
pub fn SeatPicker(
    tenant: Tenant,
    asked: Option<Asked>,
    may_act: bool,
    onchange: Callback<Tenant>,
) -> Element {
    let words = use_words();
    let mutation = use_mutation(Control::Seats);
    let (route, navigator) = (use_route::<Route>(), use_navigator());
    let quota = tenant.agent_quota;
    let first = asked.as_ref().map_or(quota, |asked| asked.count.get());
    let mut text = use_signal(|| first.to_string());
    // A quota changed elsewhere is the new starting point, unless another number was typed. One that was
    // to be more seats, and would be fewer by now, has to be chosen again.
    let mut from = use_signal(|| quota);
    let mut moved_on = use_signal(|| false);
    use_effect(use_reactive!(|quota| {
        // While a change is in flight this waits for its answer.
        if mutation.busy() {
            return;
        }
        let before = from.replace(quota);
        let typed = read_count(&text.peek()).map(AgentCount::get);
        let turned = typed.is_some_and(|typed| (typed > before) != (typed > quota));
        if *text.peek() == before.to_string() || turned {
            moved_on.set(typed != Some(before) && typed != Some(quota));
            text.set(quota.to_string());
        }
    }));
    // What a change that waits for the bank has said goes with it.
    let pending = tenant.pending_agent_count;
    let mut waited = use_signal(|| pending);
    use_effect(use_reactive!(|pending| {
        if waited.replace(pending).is_some() && pending.is_none() {
            mutation.clear();
        }
    }));
    let count = read_count(&text.read()).filter(|count| count.get() != quota);
    let hint = if may_act { words.billing.seats_hint_act } else { words.billing.seats_hint };
    rsx! {
        div { id: SEATS, class: "seats", tabindex: "-1",
            {step_form(STEP_FORM, &tenant.id)}
            form {
                class: "pick",
                method: "get",
                action: "/billing",
                // The quote is requested as the number changes.
                onsubmit: move |event| event.prevent_default(),
                input { r#type: "hidden", name: "tenant_id", value: "{tenant.id}" }
                Stepper {
                    id: "seats",
                    label: words.billing.seats,
                    name: "seats",
                    step_form: STEP_FORM,
                    text: text(),
                    disabled: !may_act || mutation.busy(),
                    onchange: move |typed| {
                        mutation.clear();
                        moved_on.set(false);
                        text.set(typed);
                    },
                }
                if may_act {
                    div { class: "scriptless",
                        Button { r#type: "submit", {words.billing.show_price} }
                    }
                }
                p { role: "status",
                    if moved_on() {
                        {plural(words.billing.moved_on, quota)}
                    }
                }
                if count.is_none() {
                    p { class: "hint", "{hint}" }
                    {mutation.note()}
                }
            }
            if let Some(count) = count {
                QuoteForm {
                    tenant: tenant.clone(),
                    asked,
                    count,
                    mutation,
                    onchange,
                    onkeep: move |()| {
                        mutation.clear();
                        text.set(quota.to_string());
                        if let Route::Billing { tenant_id, seats: Some(_), .. } = route.clone() {
                            navigator.replace(Route::billing(tenant_id));
                        }
                    },
                }
            }
        }
    }
}
