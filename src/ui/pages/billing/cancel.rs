//! Cancelling, at the period's end or now, and resuming.

use crate::api;
use crate::model::{Cancel, CancelAt, OnTenant, SubscriptionStatus, Tenant, TenantId};
use crate::ui::browser;
use crate::ui::components::{Button, ButtonKind, Dialog, PostForm, use_toasts};
use crate::ui::dates::{Dates, use_dates};
use crate::ui::mutation::{Mutation, use_typed};
use crate::ui::visit::{Control, Done};
use crate::ui::words::{Words, fill, use_words};
use dioxus::fullstack::Json;
use dioxus::prelude::*;

const DIALOG: &str = "cancel-dialog";
/// The choice's name in the form.
const FIELD: &str = "at";

/// An unobtrusive cancel button, with a confirmation.
#[component]
pub fn CancelButton(
    tenant: Tenant,
    may_act: bool,
    mutation: Mutation,
    onchange: Callback<Tenant>,
) -> Element {
    let (words, dates) = (use_words(), use_dates());
    let toasts = use_toasts();
    let tenant_id = tenant.id.clone();
    let typed = use_typed(&Control::Cancel);
    let mut chosen = use_signal(|| typed.and_then(|at| at.parse().ok()).unwrap_or_default());
    // A paused subscription has no paid period to use up, and one whose end is scheduled needs no other:
    // they can only end now.
    let scheduled = tenant.ends_with_period().is_some();
    let only_now = scheduled || tenant.is_paused();
    let at = if only_now { CancelAt::Now } else { chosen() };
    let cancel = move |_| {
        let body = Cancel { tenant_id: tenant_id.clone(), at };
        mutation.run(api::cancel(Json(body)), move |tenant| {
            toasts.show(at.into());
            // An open dialog keeps the focus inside, and the button that opened it is about to go.
            browser::close(DIALOG);
            browser::focus("content");
            onchange.call(tenant);
        });
    };
    let (question, keep) = match scheduled {
        true => (words.billing.end_question, words.billing.leave_it),
        false => (words.billing.cancel_question, words.billing.keep_it),
    };
    let choices = choices(words, dates, &tenant).into_iter();
    let choices = choices.filter(move |choice| !only_now || choice.0 == CancelAt::Now);
    rsx! {
        div { class: "control",
            Button {
                kind: ButtonKind::Quiet,
                disabled: !may_act,
                "command": "show-modal",
                "commandfor": DIALOG,
                onclick: move |_| {
                    mutation.clear();
                    chosen.set(CancelAt::default());
                },
                if scheduled { {words.billing.end_early} } else { {words.billing.cancel} }
            }
            // Without scripts the dialog is closed by now.
            if !mutation.busy() {
                {mutation.note()}
            }
        }
        if may_act {
            Dialog { id: DIALOG, title: question,
                PostForm { action: "/billing/cancel", tenant_id: tenant.id, onsubmit: cancel,
                    fieldset {
                        class: "choice",
                        // It may have been chosen before hydration.
                        onmounted: move |_| {
                            if browser::ticked(FIELD) == [CancelAt::Now.as_str()] {
                                chosen.set(CancelAt::Now);
                            }
                        },
                        legend { class: "unseen", {words.billing.cancel_when} }
                        for (choice , title , text) in choices {
                            label { key: "{choice.as_str()}",
                                input {
                                    r#type: "radio",
                                    name: FIELD,
                                    value: choice.as_str(),
                                    checked: at == choice,
                                    onchange: move |_| chosen.set(choice),
                                }
                                span {
                                    strong { "{title}" }
                                    "{text}"
                                }
                            }
                        }
                    }
                    {mutation.note()}
                    div { class: "actions",
                        Button { "command": "close", "commandfor": DIALOG, {keep} }
                        Button {
                            kind: ButtonKind::Danger,
                            r#type: "submit",
                            busy: mutation.busy(),
                            {words.billing.end_it}
                        }
                    }
                }
            }
        }
    }
}

/// When it can end, each with its name and what that means.
fn choices(words: &Words, dates: Dates, tenant: &Tenant) -> [(CancelAt, &'static str, String); 2] {
    let said = &words.billing;
    let (end_of, end) = match tenant.subscription_status {
        SubscriptionStatus::Trialing => (said.cancel_at_trial_end, tenant.trial_ends_at),
        SubscriptionStatus::None
        | SubscriptionStatus::Active
        | SubscriptionStatus::PastDue
        | SubscriptionStatus::Unpaid
        | SubscriptionStatus::Canceled => (said.cancel_at_period_end, tenant.current_period_end),
    };
    let (at_the_end, at_once) = match tenant.subscription_status {
        SubscriptionStatus::Trialing => (said.works_until, said.now_in_trial),
        SubscriptionStatus::PastDue => (said.works_while_due, said.now_while_due),
        SubscriptionStatus::Unpaid if tenant.is_paused() => (said.off_until_paid, said.stay_off),
        SubscriptionStatus::Unpaid => (said.off_until_paid, said.stay_off_while_due),
        SubscriptionStatus::None | SubscriptionStatus::Active | SubscriptionStatus::Canceled => {
            (said.works_until, said.now_when_paid)
        }
    };
    let until = end.map_or_else(|| said.the_end.to_owned(), |end| dates.day(end));
    [
        (CancelAt::PeriodEnd, end_of, fill(at_the_end, &[&until])),
        (CancelAt::Now, said.cancel_now, at_once.to_owned()),
    ]
}

/// Withdraws a scheduled cancellation, or ends a pause.
#[component]
pub fn ResumeButton(
    tenant_id: TenantId,
    label: &'static str,
    may_act: bool,
    mutation: Mutation,
    onchange: Callback<Tenant>,
) -> Element {
    let toasts = use_toasts();
    rsx! {
        PostForm {
            class: "control",
            action: "/billing/resume",
            tenant_id: tenant_id.clone(),
            onsubmit: move |_| {
                let body = OnTenant { tenant_id: tenant_id.clone() };
                mutation.run(api::resume(Json(body)), move |tenant| {
                    toasts.show(Done::Resumed);
                    onchange.call(tenant);
                    browser::focus("content");
                });
            },
            Button {
                kind: ButtonKind::Primary,
                r#type: "submit",
                busy: mutation.busy(),
                disabled: !may_act,
                {label}
            }
            {mutation.note()}
        }
    }
}
