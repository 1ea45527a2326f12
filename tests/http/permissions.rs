//! Who may do what: every address of the portal, called by every kind of caller. An address without a
//! row here fails the test.

mod callers;

use crate::helpers::*;
use callers::{Called, Caller, With, callers};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The status for each caller, in the order of [`callers::NAMES`].
type Statuses = [u16; 7];

// nobody, member, admin, owner, another tenant's owner, platform administrator, ended session
const LOOK: Statuses = [401, 200, 200, 200, 404, 200, 401];
const ACT: Statuses = [401, 403, 200, 200, 404, 403, 401];
const TAKE_PART: Statuses = [401, 200, 200, 200, 404, 403, 401];
const OWN: Statuses = [401, 200, 200, 200, 200, 200, 401];

// Forms answer with a redirect; a failure is in the notice that comes with it.
const ACT_BY_FORM: Statuses = [401, 403, 303, 303, 404, 403, 401];
const TAKE_PART_BY_FORM: Statuses = [401, 303, 303, 303, 404, 403, 401];
const OWN_BY_FORM: Statuses = [401, 303, 303, 303, 303, 303, 401];

/// One address, how to call it, and the expected statuses.
struct Row {
    method: Method,
    path: &'static str,
    with: With,
    /// Whether it ends the caller's session, so that they must sign in again.
    ends: bool,
    expected: Statuses,
}

fn row(route: &'static str, with: With, expected: Statuses) -> Row {
    let (method, path) = route.split_once(' ').expect("a method and a path");
    Row { method: method.parse().expect("a method"), path, with, ends: false, expected }
}

fn ending(route: &'static str, with: With, expected: Statuses) -> Row {
    Row { ends: true, ..row(route, with, expected) }
}

fn everyone(status: u16) -> Statuses {
    [status; 7]
}

/// The server functions and the other addresses for programs.
fn api(checkout: &str, agent: &str) -> Vec<Row> {
    let on = || json!({"tenant_id": DEMO});
    let with = |field: &str, value: Value| {
        let mut body = on();
        body[field] = value;
        With::Json(body)
    };
    let on_tenant = || With::Json(on());
    let look = || With::Query(format!("tenant_id={DEMO}"));
    let login = json!({"email": "nobody@example.com", "password": "a guess"});
    let password = json!({"current_password": "a guess", "new_password": "a better secret"});
    vec![
        row("GET /api/portal/viewer", With::Nothing, OWN),
        row("GET /api/portal/tenants", With::Nothing, [401, 403, 403, 403, 403, 200, 401]),
        row("GET /api/portal/tenant", look(), LOOK),
        row("GET /api/portal/billing/invoices", look(), LOOK),
        row("GET /api/portal/billing/next_charge", look(), LOOK),
        row("GET /api/portal/billing/events", look(), LOOK),
        row("GET /api/portal/agents", look(), LOOK),
        row("GET /api/portal/activity", look(), LOOK),
        row(
            "POST /api/portal/billing/checkout",
            with("agent_count", json!(1)),
            [401, 403, 409, 409, 404, 403, 401],
        ),
        row("POST /api/portal/billing/confirm", with("session_id", json!(checkout)), TAKE_PART),
        row("POST /api/portal/billing/portal", on_tenant(), ACT),
        row("POST /api/portal/billing/quote", with("agent_count", json!(10)), ACT),
        row("POST /api/portal/billing/quantity", with("agent_count", json!(10)), ACT),
        row("POST /api/portal/billing/withdraw", on_tenant(), ACT),
        row("POST /api/portal/billing/cancel", on_tenant(), ACT),
        row("POST /api/portal/billing/resume", on_tenant(), ACT),
        row("POST /api/portal/billing/refresh", on_tenant(), TAKE_PART),
        row("POST /api/portal/agents", with("name", json!("Bob")), ACT),
        row("POST /api/portal/agents/{id}/rename", with("name", json!("Eve")), ACT),
        row("POST /api/portal/agents/{id}/deactivate", on_tenant(), ACT),
        row("POST /api/portal/agents/{id}/activate", on_tenant(), ACT),
        row("POST /api/portal/agents/deactivate", with("agent_ids", json!([agent])), ACT),
        row("POST /api/portal/agents/activate", with("agent_ids", json!([agent])), ACT),
        row("GET /api/portal/account", With::Nothing, OWN),
        row(
            "POST /api/portal/account/password",
            With::Json(password),
            [401, 422, 422, 422, 422, 422, 401],
        ),
        row("POST /api/portal/account/sessions/{id}/end", With::Nothing, OWN),
        ending("POST /api/portal/account/sign_out_everywhere", With::Nothing, OWN),
        row("POST /api/auth/login", With::Json(login), everyone(401)),
        ending("POST /api/auth/logout", With::Nothing, everyone(204)),
        row("POST /api/webhooks/stripe", With::Json(json!({})), everyone(400)),
        row("GET /api/entitlements/{tenant_id}", With::Nothing, everyone(401)),
        row("GET /api/openapi.json", With::Nothing, everyone(200)),
        row("GET /healthz", With::Nothing, everyone(200)),
        row("GET /readyz", With::Nothing, everyone(200)),
    ]
}

fn pages() -> Vec<Row> {
    let of_tenant = || With::Query(format!("tenant_id={DEMO}"));
    vec![
        row("GET /", With::Nothing, everyone(303)),
        row("GET /auth/oidc/start", With::Nothing, everyone(303)),
        row("GET /auth/oidc/callback", With::Nothing, everyone(303)),
        row("GET /login", With::Nothing, [200, 303, 303, 303, 303, 303, 200]),
        row("GET /billing", of_tenant(), LOOK),
        row("GET /agents", of_tenant(), LOOK),
        row("GET /activity", of_tenant(), LOOK),
        row("GET /account", With::Nothing, OWN),
        row("GET /tenants", With::Nothing, [401, 403, 403, 403, 403, 200, 401]),
        row("GET /invitation/{token}", With::Nothing, everyone(404)),
        row("GET /password/{token}", With::Nothing, everyone(404)),
        row("GET /_components", With::Nothing, OWN),
    ]
}

fn forms(agent: &str) -> Vec<Row> {
    let on = || With::Form(vec![("tenant_id", DEMO.to_owned())]);
    let with = |name, value: &str| {
        With::Form(vec![("tenant_id", DEMO.to_owned()), (name, value.to_owned())])
    };
    let own = || With::Form(Vec::new());
    let login = [("email", "nobody.else@example.com"), ("password", "a guess")];
    let login = login.map(|(name, value)| (name, value.to_owned())).to_vec();
    let passwords = [("current_password", "a guess"), ("new_password", "a better secret")];
    let passwords = passwords.map(|(name, value)| (name, value.to_owned())).to_vec();
    vec![
        row("POST /preferences", own(), everyone(303)),
        row("POST /invitation/{token}", own(), everyone(404)),
        row("POST /password/{token}", own(), everyone(404)),
        row("POST /login", With::Form(login), everyone(303)),
        ending("POST /logout", own(), everyone(303)),
        row(
            "POST /billing/checkout",
            with("agent_count", "1"),
            [401, 403, 409, 409, 404, 403, 401],
        ),
        row("POST /billing/portal", on(), ACT_BY_FORM),
        row("POST /billing/quantity", with("agent_count", "11"), ACT_BY_FORM),
        row("POST /billing/withdraw", with("wanted", "11"), ACT_BY_FORM),
        row("POST /billing/cancel", on(), ACT_BY_FORM),
        row("POST /billing/resume", on(), ACT_BY_FORM),
        row("POST /billing/refresh", on(), TAKE_PART_BY_FORM),
        row("POST /agents/create", with("name", "Cleo"), ACT_BY_FORM),
        row("POST /agents/off", with("agent_ids", agent), ACT_BY_FORM),
        row("POST /agents/on", with("agent_ids", agent), ACT_BY_FORM),
        row("POST /agents/{id}/off", on(), ACT_BY_FORM),
        row("POST /agents/{id}/on", on(), ACT_BY_FORM),
        row("POST /agents/{id}/rename", with("name", "Dora"), ACT_BY_FORM),
        row("POST /account/password", With::Form(passwords), [401, 422, 422, 422, 422, 422, 401]),
        row("POST /account/sessions/{id}/end", own(), OWN_BY_FORM),
        ending("POST /account/sign-out-everywhere", own(), OWN_BY_FORM),
    ]
}

/// The path that this caller requests.
fn path_for(row: &Row, caller: &mut Caller, agent: &str) -> String {
    let id =
        if row.path.contains("/sessions/") { caller.spare_session() } else { agent.to_owned() };
    row.path.replace("{id}", &id).replace("{tenant_id}", DEMO).replace("{token}", "made-up")
}

on_both_databases! {
    async fn everyone_may_do_what_is_theirs_and_no_more(world: World) {
        let owner = world.subscribed(9).await;
        owner.hire("Ada").await.ok();
        let agent = owner.ids(&["Ada"]).await[0].as_str().expect("an id").to_owned();
        let sessions = world.stripe(Method::GET, "/checkout/sessions", &[]).await;
        let checkout = sessions["data"][0]["id"].as_str().expect("a Checkout").to_owned();
        let rows: Vec<Row> =
            api(&checkout, &agent).into_iter().chain(pages()).chain(forms(&agent)).collect();

        let known: Vec<String> =
            rows.iter().map(|row| format!("{} {}", row.method, row.path)).collect();
        let there: Vec<String> = portal::server::routes()
            .into_iter()
            .map(|(method, path)| format!("{method} {path}"))
            .collect();
        assert_eq!(BTreeSet::from_iter(&known), BTreeSet::from_iter(&there));
        assert_eq!((known.len(), BTreeSet::from_iter(&there).len()), (there.len(), there.len()));

        let mut callers = callers(&world).await;
        let mut wrong = Vec::new();
        for row in &rows {
            for (caller, expected) in callers.iter_mut().zip(row.expected) {
                let path = path_for(row, caller, &agent);
                let Called { status, said } = caller.call(&row.method, &path, &row.with).await;
                if row.ends {
                    caller.sign_in(&world).await;
                }
                if status != expected {
                    let Row { method, path, .. } = row;
                    let name = caller.name;
                    wrong.push(format!("{method} {path}, {name}: {status}, not {expected}: {said}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
