//! Every operation of the API.

use super::operation::{Operation, SERVICE_TOKEN, SESSION, Schemas};
use crate::model::*;
use schemars::JsonSchema;
use serde_json::json;

/// What goes wrong wherever something is read in a session.
const LOOKING: [u16; 6] = [400, 401, 404, 429, 431, 503];
/// …and where something is changed.
const ACTING: [u16; 12] = [400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 431, 503];
/// …and where Stripe is asked for it.
const BUYING: [u16; 14] = [400, 401, 402, 403, 404, 408, 409, 413, 415, 422, 429, 431, 502, 503];

/// All of them.
pub fn all(schemas: &mut Schemas) -> Vec<Operation> {
    [signing_in(schemas), account(schemas), billing(schemas), agents(schemas), services(schemas)]
        .into_iter()
        .flatten()
        .collect()
}

/// Reads what belongs to a tenant.
fn look<A: JsonSchema>(
    schemas: &mut Schemas,
    path: &'static str,
    id: &str,
    summary: &str,
) -> Operation {
    Operation::new("get", path, id, summary)
        .query("tenant_id", true, schemas.taken::<TenantId>())
        .answers(schemas.answered::<A>())
        .errors(&LOOKING)
        .secured_by(SESSION)
}

/// Changes something in a session.
fn act<T: JsonSchema, A: JsonSchema>(
    schemas: &mut Schemas,
    path: &'static str,
    id: &str,
    summary: &str,
) -> Operation {
    Operation::new("post", path, id, summary)
        .body(schemas.taken::<T>())
        .answers(schemas.answered::<A>())
        .errors(&ACTING)
        .secured_by(SESSION)
}

/// Changes something at Stripe.
fn buy<T: JsonSchema, A: JsonSchema>(
    schemas: &mut Schemas,
    path: &'static str,
    id: &str,
    summary: &str,
) -> Operation {
    act::<T, A>(schemas, path, id, summary).errors(&BUYING)
}

fn signing_in(schemas: &mut Schemas) -> Vec<Operation> {
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
            .errors(&[403, 429, 503]),
    ]
}

fn account(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/portal/viewer",
            "viewer",
            "Who is signed in, and their tenants",
        )
        .query("tenant_id", false, schemas.taken::<TenantId>())
        .answers(schemas.answered::<Viewer>())
        .errors(&LOOKING)
        .secured_by(SESSION),
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

fn billing(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/portal/tenants",
            "tenants",
            "All tenants by name, for platform administrators, by pages",
        )
        .query("search", false, json!({"type": "string"}))
        .query("after", false, schemas.taken::<TenantId>())
        .answers(schemas.answered::<TenantPage>())
        .errors(&LOOKING)
        .errors(&[403])
        .secured_by(SESSION),
        look::<Tenant>(
            schemas,
            "/api/portal/tenant",
            "tenant",
            "The tenant with its billing fields, from the database",
        ),
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
            "What Stripe will charge next; null where nothing is going to be charged",
        )
        .errors(&[502]),
        look::<ActivityPage>(
            schemas,
            "/api/portal/activity",
            "activity",
            "The timeline, newest first, by pages",
        )
        .query("before", false, json!({"type": "integer", "format": "int64"}))
        .query("topic", false, schemas.taken::<ActivityTopic>())
        .query("actor", false, schemas.taken::<ActorKind>()),
        look::<()>(
            schemas,
            "/api/portal/billing/events",
            "events",
            "Server-sent events: the tenant's revision at once, and whenever it grows",
        )
        .answers_as("text/event-stream", json!({"type": "string"})),
    ]
}

fn agents(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        look::<AgentList>(schemas, "/api/portal/agents", "agents", "The agents, oldest first"),
        act::<CreateAgent, Agent>(
            schemas,
            "/api/portal/agents",
            "create_agent",
            "Hires an agent; it is active at once, so it takes a seat",
        ),
        act::<RenameAgent, Agent>(
            schemas,
            "/api/portal/agents/{id}/rename",
            "rename_agent",
            "Gives an agent another name",
        ),
        act::<OnTenant, Agent>(
            schemas,
            "/api/portal/agents/{id}/activate",
            "activate_agent",
            "Turns an agent on, within the quota",
        ),
        act::<OnTenant, Agent>(
            schemas,
            "/api/portal/agents/{id}/deactivate",
            "deactivate_agent",
            "Turns an agent off; it stays off until an operator turns it on",
        ),
        act::<SwitchAgents, AgentList>(
            schemas,
            "/api/portal/agents/activate",
            "activate_agents",
            "Turns agents on, within the quota: all of them or none",
        ),
        act::<SwitchAgents, AgentList>(
            schemas,
            "/api/portal/agents/deactivate",
            "deactivate_agents",
            "Turns agents off, all of them or none",
        ),
    ]
}

/// For programs: the SaaS, and Stripe.
fn services(schemas: &mut Schemas) -> Vec<Operation> {
    vec![
        Operation::new(
            "get",
            "/api/entitlements/{tenant_id}",
            "entitlements",
            "Whether a tenant's agents may run, and which",
        )
        .answers(schemas.answered::<Entitlements>())
        .also(304, "As the ETag in If-None-Match says")
        .errors(&[401, 404, 429, 431, 503])
        .secured_by(SERVICE_TOKEN),
        Operation::new(
            "post",
            "/api/webhooks/stripe",
            "stripe_webhook",
            "Takes an event of Stripe's",
        )
        .header("stripe-signature", json!({"type": "string"}))
        .body(json!({"type": "object"}))
        .errors(&[400, 408, 413, 429, 431, 503]),
        Operation::new("get", "/api/openapi.json", "openapi", "This document")
            .answers(json!({"type": "object"})),
    ]
}
