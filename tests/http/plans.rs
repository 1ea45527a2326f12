//! No query scans a whole table: the statements that the portal sends in a tour through everything it
//! does are explained by the database they were sent to.

mod crowd;
mod explained;
mod sent;

use crate::helpers::*;
use portal::auth;
use portal::billing::Walk;
use portal::model::{Email, Role, TenantId};
use portal::store::NewIdentity;
use reqwest::Method;
use serde_json::{Value, json};

/// Tables as short as the program's list of migrations, of prices on sale, or of the programs that
/// request entitlements.
const SHORT: [&str; 3] = ["__diesel_schema_migrations", "prices", "service_tokens"];

/// Unique indexes that only enforce a constraint: no query needs them.
const FORBIDDING: [&str; 1] = ["intents_one_duplicate"];

/// What metrics count when they are requested, each by an index of its own: tenants by status, and the
/// events that are waiting or dead.
fn counts_for_metrics(statement: &str) -> bool {
    statement.contains("COUNT(*)")
        && (statement.contains("GROUP BY") || statement.contains("WHERE stripe_events.state"))
}

/// Uses everything in this portal that queries its database. No webhook does part of that work.
async fn tour(world: &World, portal: &World) {
    world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
    let on = json!({"tenant_id": DEMO});
    let with = |field: &str, value: Value| {
        let mut body = on.clone();
        body[field] = value;
        body
    };
    let owner = portal.owner().await;
    let three = with("agent_count", json!(3));
    let checkout = owner.post("/api/portal/billing/checkout", three).await.ok();
    let back = world.pay(checkout["checkout_url"].as_str().expect("an address")).await;
    let session = back.split(['?', '&']).find_map(|pair| pair.strip_prefix("session_id="));
    let confirmed = with("session_id", json!(session));
    owner.post("/api/portal/billing/confirm", confirmed).await.ok();

    for name in ["Ada", "Bob", "Cleo"] {
        owner.hire(name).await.ok();
    }
    let id = owner.ids(&["Ada"]).await[0].as_str().expect("an id").to_owned();
    owner.post(&format!("/api/portal/agents/{id}/rename"), with("name", json!("Eve"))).await.ok();
    owner.post(&format!("/api/portal/agents/{id}/deactivate"), on.clone()).await.ok();
    owner.post(&format!("/api/portal/agents/{id}/activate"), on.clone()).await.ok();

    // In a paid month an increase is charged, and a decrease needs a choice of agents.
    let subscription = owner.tenant().await["stripe_subscription_id"].clone();
    let path = format!("/subscriptions/{}", subscription.as_str().expect("an id"));
    world.stripe(Method::POST, &path, &[("trial_end", "now")]).await;
    let tenant = owner.post("/api/portal/billing/refresh", on.clone()).await.ok();
    assert_eq!(tenant["subscription_status"], "active");
    for (agent_count, turn_off) in [(4, json!([])), (2, json!([id]))] {
        let asked = with("agent_count", json!(agent_count));
        let quote = owner.post("/api/portal/billing/quote", asked.clone()).await.ok();
        let mut confirmed = asked;
        confirmed["quote_id"] = quote["quote_id"].clone();
        confirmed["turn_off"] = turn_off;
        owner.post("/api/portal/billing/quantity", confirmed).await.ok();
    }
    for action in ["portal", "cancel", "resume"] {
        owner.post(&format!("/api/portal/billing/{action}"), on.clone()).await.ok();
    }
    owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await.ok();
    for page in ["/billing", "/agents", "/activity", "/activity?topic=agents&before=9", "/account"]
    {
        assert!(owner.html(page).await.contains("Olivia Owner"), "{page}");
    }
    owner.stream(DEMO).await;
    let entitlements = owner.request(Method::GET, &format!("/api/entitlements/{DEMO}"));
    let entitlements = entitlements.bearer_auth(ENTITLEMENTS_TOKEN).send().await;
    assert_eq!(entitlements.expect("an answer").status(), 200);
    assert_eq!(owner.get("/readyz").await.status, 200);

    inbox(portal).await;
    single_sign_on(portal).await;
    people(portal).await;
    let billing = &portal.portal.billing;
    billing.sync_tenant(&DEMO.parse().expect("an id"), "tour").await.expect("synced");
    let walk = Walk { dry_run: false, synced_before: Some(billing.now()) };
    billing.reconcile_all(walk, |_| ()).await.expect("a walk");

    let other = portal.person("other@example.com", "tenant_other", Role::Owner).await;
    portal.make_platform_admin("other@example.com").await;
    other.get(&format!("/api/portal/tenant?tenant_id={DEMO}")).await.ok();
    other.get("/api/portal/tenants?search=d").await.ok();
    other.get(&format!("/api/portal/tenants?after={DEMO}")).await.ok();
    let change = json!({"current_password": PASSWORD, "new_password": "a much better secret"});
    other.post("/api/portal/account/password", change).await.ok();
    let other = portal.sign_in("other@example.com", "a much better secret").await;
    let account = other.get("/api/portal/account").await.ok();
    let session = account["sessions"][0]["id"].as_str().expect("an id").to_owned();
    other.post(&format!("/api/portal/account/sessions/{session}/end"), json!({})).await.ok();
    owner.post("/api/portal/account/sign_out_everywhere", json!({})).await;
}

/// Signs in by a provider: a new person, the same one again, and another with the same email.
async fn single_sign_on(portal: &World) {
    let new_id = "operator_of_the_tour".parse().expect("an id");
    for subject in ["ada", "ada", "eve"] {
        let person = NewIdentity {
            issuer: "https://id.example.com",
            subject,
            email: "ada@example.com",
            name: "Ada",
            operator_id: Some(&new_id),
            now: chrono::Utc::now(),
        };
        portal.portal.db.identify(&person).await.expect("an answer");
    }
}

/// The inbox's own statements, on events due tomorrow, which no worker takes.
async fn inbox(portal: &World) {
    let db = &portal.portal.db;
    let tomorrow = chrono::Utc::now() + chrono::TimeDelta::days(1);
    let customer = portal.customer().await;
    for (id, customer) in [
        ("evt_done", customer.as_str()),
        ("evt_failed", customer.as_str()),
        ("evt_other", "cus_nobody"),
    ] {
        let event = json!({
            "id": id, "type": "ping", "created": 1_790_000_000, "livemode": false,
            "data": {"object": {"id": customer, "object": "customer"}},
        });
        let event = portal::webhooks::read_event(event.to_string().as_bytes()).expect("an event");
        // The second time it is already there.
        for _ in 0..2 {
            db.store_events(vec![event.clone()], tomorrow).await.expect("stored");
        }
    }
    assert_eq!(db.replay_events(&["evt_other"], tomorrow).await.expect("replayed"), 1);
    let claimed = db.claim_events(10, &[], tomorrow, tomorrow).await.expect("claimed").events;
    let done = claimed.iter().find(|event| event.id == "evt_done").expect("claimed");
    let failed = claimed.iter().find(|event| event.id == "evt_failed").expect("claimed");
    db.finish_events(std::slice::from_ref(done)).await.expect("done");
    db.fail_events(std::slice::from_ref(failed), "in vain", |_| None).await.expect("dead");
    let dead = db.dead_events(None, 10).await.expect("a list");
    assert!(db.waiting_events(None, 10).await.is_ok());
    assert!(db.inbox_event(&dead[0].id).await.expect("an answer").is_some());
    assert_eq!(db.standing().await.expect("a count").dead, 1);
    assert_eq!(db.replay_events(&[&dead[0].id], tomorrow).await.expect("replayed"), 1);
    let later = tomorrow + chrono::TimeDelta::days(1);
    let (pruned, last) = db.prune_events(later, None, 10).await.expect("pruned");
    assert!(pruned > 0 && last.is_some());
}

/// What the command line does with people and tokens, and where its links lead.
async fn people(portal: &World) {
    let (db, now) = (&portal.portal.db, chrono::Utc::now());
    let demo: TenantId = DEMO.parse().expect("an id");
    let email: Email = "invited@example.com".parse().expect("an email");
    let (name, _) = db.name_and_revision(&demo).await.expect("an answer").expect("a tenant");
    assert_eq!(name, "Demo Company");
    let token = auth::invite(db, &demo, &email, Role::Admin, now).await.expect("invited");
    let fields = [("name", "Ida"), ("password", PASSWORD)];
    portal.anonymous().submit(&format!("/invitation/{token}"), &fields).await.says("Ida");
    let ida = db.operator(email.as_str()).await.expect("an answer").expect("an operator");
    let hour = chrono::TimeDelta::hours(1);
    let token = auth::offer_reset(db, &ida.id, hour, now).await.expect("a link");
    portal.anonymous().submit(&format!("/password/{token}"), &fields[1..]).await.says("Ida");
    assert!(!db.tenant_lines(None, 10).await.expect("a list").is_empty());
    assert!(!db.operator_lines(None, 10).await.expect("a list").is_empty());
    assert_eq!(db.people(&demo).await.expect("a list").len(), 2);

    let name = "tour".parse().expect("a name");
    let (id, token) = auth::add_service_token(db, &name, now).await.expect("a token");
    let path = format!("/api/entitlements/{DEMO}");
    let asked = portal.anonymous().request(Method::GET, &path).bearer_auth(token).send().await;
    assert_eq!(asked.expect("an answer").status(), 200);
    db.use_service_token(&id, now, now).await.expect("noted");
    assert_eq!(db.service_tokens().await.expect("a list").len(), 1);
    assert!(db.revoke_service_token(&id).await.expect("an answer").is_some());
}

on_both_databases! {
    async fn what_pages_and_programs_read_is_parsed_and_planned_once(world: World) {
        sent::listen();
        let second = world.second(&[("ENTITLEMENTS_TOKEN", ENTITLEMENTS_TOKEN)]).await;
        let owner = second.owner().await;
        for page in ["/billing", "/agents", "/activity", "/account"] {
            owner.html(page).await;
        }
        second.ask_entitlements(DEMO, ENTITLEMENTS_TOKEN).await.ok();
        assert_eq!(sent::unprepared(), Vec::<String>::new());
    }

    async fn every_statement_finds_its_rows_by_an_index(world: World) {
        sent::listen();
        let second = world.second(&[("ENTITLEMENTS_TOKEN", ENTITLEMENTS_TOKEN)]).await;
        tour(&world, &second).await;
        crowd::crowd_in(&world).await;
        let statements = sent::statements();
        assert!(statements.len() > 50, "{}: {statements:#?}", statements.len());
        let mut unused = indexes(&world.portal.db).await;
        let mut walks = Vec::new();
        for statement in &statements {
            let plan = explained::plan(&world, statement).await;
            unused.retain(|index| !plan.indexes.contains(index));
            let counted = counts_for_metrics(statement);
            if !counted && plan.walks.iter().any(|walk| !SHORT.iter().any(|short| walk.contains(short))) {
                walks.push(format!("{statement}\n  walks through {:?}", plan.walks));
            }
        }
        assert!(walks.is_empty(), "{}", walks.join("\n\n"));
        unused.retain(|index| !FORBIDDING.contains(&index.as_str()));
        assert!(unused.is_empty(), "nothing uses {unused:?}");
    }
}
