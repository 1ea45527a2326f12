//! Subscribing, changing seats, cancelling, and opening Stripe's own pages.

use super::{buy, look};
use crate::model::*;
use crate::server::openapi::operation::{Operation, Schemas};

pub fn operations(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        buy::<StartCheckout, CheckoutUrl>(
            schemas,
            "/api/portal/billing/checkout",
            "start_checkout",
            "Opens a Stripe Checkout for a new subscription, or gives the one that is open",
        ),
        buy::<ConfirmCheckout, Confirmation>(
            schemas,
            "/api/portal/billing/confirm",
            "confirm_checkout",
            "Verifies that the Checkout Session is the tenant's, and syncs at once",
        ),
        buy::<OnTenant, PortalUrl>(
            schemas,
            "/api/portal/billing/portal",
            "open_portal",
            "Opens Stripe's Billing Portal",
        ),
        buy::<AskQuote, Quote>(
            schemas,
            "/api/portal/billing/quote",
            "quote",
            "What another number of agents would cost",
        ),
        buy::<ChangeQuantity, Tenant>(
            schemas,
            "/api/portal/billing/quantity",
            "change_quantity",
            "Changes how many agents are paid for, as quoted",
        ),
        buy::<OnTenant, Tenant>(
            schemas,
            "/api/portal/billing/withdraw",
            "withdraw",
            "Withdraws a change of seats that waits for the customer's bank",
        ),
        buy::<Cancel, Tenant>(
            schemas,
            "/api/portal/billing/cancel",
            "cancel",
            "Cancels the subscription, at the period's end unless said otherwise",
        ),
        buy::<OnTenant, Tenant>(
            schemas,
            "/api/portal/billing/resume",
            "resume",
            "Takes a scheduled cancellation back, or ends a pause",
        ),
        buy::<OnTenant, Tenant>(
            schemas,
            "/api/portal/billing/refresh",
            "refresh",
            "Reads the subscription from Stripe again",
        ),
        look::<Vec<Invoice>>(
            schemas,
            "/api/portal/billing/invoices",
            "invoices",
            "The latest invoices, newest first, from Stripe",
        )
        .errors(&[502]),
        look::<Option<NextCharge>>(
            schemas,
            "/api/portal/billing/next_charge",
            "next_charge",
            "What Stripe will charge next, or for resuming a pause; null where nothing is going to be charged",
        )
        .errors(&[502]),
    ]
}
