//! Why a billing rule refused.

use crate::model::Tenant;
use crate::store::StoreError;
use crate::stripe::GatewayError;

/// The result of a rule.
pub type BillingResult<T> = Result<T, BillingError>;

/// Why a rule refused. The texts are for operators: what happened, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum BillingError {
    /// Not there, or not this tenant's.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("This tenant is subscribed already. Reload the page to see its subscription.")]
    AlreadySubscribed,
    #[error("This tenant has no subscription to change. Subscribe first.")]
    NoSubscription,
    #[error(
        "Outside the trial a seat change moves money, so it needs a quote to confirm. \
         Ask for a quote first."
    )]
    QuoteRequired,
    #[error(
        "This quote can't be confirmed any more: it has expired, or the subscription or its price \
         has changed since. Nothing was charged. Ask for a new quote."
    )]
    QuoteStale,
    #[error(
        "The subscription is for this many agents ({agent_count}) already. Choose another number."
    )]
    Unchanged { agent_count: u32 },
    #[error(
        "Your card was declined, so nothing was changed and nothing was charged. Update your card \
         under Manage Billing or Update Payment, then try again."
    )]
    PaymentFailed,
    #[error(
        "Your bank wants you to confirm this payment. Do that on the invoice's page: the change \
         is made as soon as it is paid, and nothing is charged until then."
    )]
    ActionRequired { hosted_invoice_url: String },
    #[error("An invoice is unpaid. Pay it, or update your payment method, before you add seats.")]
    PaymentRequired,
    /// A paused subscription resumes with a new period, and must not be charged twice.
    #[error("An invoice is unpaid. Pay it, then try again.")]
    InvoiceOpen { hosted_invoice_url: Option<String> },
    #[error(
        "There is no card to charge. Add one under Manage Billing or Update Payment, then try again."
    )]
    NoPaymentMethod,
    #[error("The subscription is paused. Resume it before you change the seats.")]
    Paused,
    #[error("{}", in_use(active, *agent_count))]
    AgentsInUse { active: Vec<String>, agent_count: u32 },
    #[error("{}", full(*agent_quota, *free))]
    QuotaExceeded { agent_quota: u32, free: u32 },
    #[error(
        "There are {most} agents already, those that are off among them, and can't be more: rename one \
         that is off and turn it on, instead of hiring another."
    )]
    TooManyAgents { most: u32 },
    #[error("Another Checkout of this tenant is being opened. Try again in a moment.")]
    CheckoutInProgress,
    #[error("Another change of this tenant is under way. Try again in a moment.")]
    ChangeInProgress,
    /// Too many requests wait for Stripe already.
    #[error("Stripe is slow to answer, and too many are waiting for it. Try again in a moment.")]
    Busy,
    #[error(transparent)]
    Stripe(#[from] GatewayError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BillingError {
    /// Why seats can't be changed while the tenant's agents are suspended.
    pub(super) fn suspended(tenant: &Tenant) -> Self {
        if tenant.is_paused() { Self::Paused } else { Self::PaymentRequired }
    }
}

fn in_use(active: &[String], agent_count: u32) -> String {
    let surplus = active.len().saturating_sub(agent_count as usize);
    format!(
        "{} agents are in use and the subscription would be for {agent_count}. Choose {surplus} to \
         turn off (turn_off) of: {}.",
        active.len(),
        active.join(", ")
    )
}

fn full(agent_quota: u32, free: u32) -> String {
    match (agent_quota, free) {
        (0, _) => {
            "No agent can be active under the subscription as it is. Billing says what to do."
                .to_owned()
        }
        (1, 0) => {
            "The only agent of the subscription is in use. Add a seat on Billing, or turn that \
             agent off."
                .to_owned()
        }
        (quota, 0) => format!(
            "All {quota} agents of the subscription are in use. Add a seat on Billing, or turn \
             another agent off."
        ),
        (quota, free) => format!(
            "Only {free} of the {quota} seats {} free, so nothing was changed. Choose fewer agents, \
             or add seats on Billing.",
            if free == 1 { "is" } else { "are" }
        ),
    }
}
