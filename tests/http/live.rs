//! Changes made elsewhere are pushed to the pages that show them.

use crate::helpers::*;
use diesel_async::RunQueryDsl;
use portal::model::Role;
use portal::store::DbPool;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const A_SECOND: Duration = Duration::from_secs(1);
/// A little longer than the interval at which a stream checks for changes by itself.
const A_LOOK: Duration = Duration::from_secs(7);
/// After this much silence, all pending webhooks have arrived.
const SILENCE: Duration = Duration::from_millis(1500);

/// The demo's stream, once all earlier changes have been sent.
async fn quiet(person: &Person) -> (Stream, u64) {
    let (mut stream, first) = person.stream(DEMO).await;
    let told = stream.told_until_silent_for(SILENCE).await;
    (stream, told.last().copied().unwrap_or(first))
}

on_both_databases! {
    async fn a_change_by_another_operator_is_told_within_a_second(world: World) {
        let owner = world.subscribed(2).await;
        let admin = world.person("admin@example.com", DEMO, Role::Admin).await;
        let member = world.person("member@example.com", DEMO, Role::Member).await;
        let (mut of_owner, before) = quiet(&owner).await;
        let (mut of_member, same) = member.stream(DEMO).await;
        assert_eq!(same, before);
        admin.hire("Ada").await.ok();
        let revision = of_owner.told_within(A_SECOND).await;
        assert!(revision > before, "{revision} after {before}");
        assert_eq!(of_member.told_within(A_SECOND).await, revision);
        assert_eq!(owner.agents().await, ["Ada on"]);
    }

    async fn a_change_at_stripe_is_told(world: World) {
        let owner = world.subscribed(2).await;
        let (mut stream, _) = quiet(&owner).await;
        let item = owner.tenant().await["stripe_subscription_item_id"].clone();
        let path = format!("/subscription_items/{}", item.as_str().expect("an id"));
        world.stripe(Method::POST, &path, &[("quantity", "5")]).await;
        stream.told_within(2 * A_SECOND).await;
        assert_eq!(owner.tenant().await["agent_quota"], 5);
    }

    async fn a_visit_to_the_billing_portal_is_told(world: World) {
        let owner = world.subscribed(1).await;
        let admin = world.person("admin@example.com", DEMO, Role::Admin).await;
        let (mut stream, before) = quiet(&owner).await;
        admin.post("/api/portal/billing/portal", json!({"tenant_id": DEMO})).await.ok();
        let revision = stream.told_within(A_SECOND).await;
        assert!(revision > before, "{revision} after {before}");
    }

    async fn a_change_that_another_process_makes_is_told(world: World) {
        let owner = world.subscribed(2).await;
        let second = world.second(&[]).await;
        let colleague = second.owner().await;
        let (mut stream, _) = quiet(&owner).await;
        colleague.hire("Ada").await.ok();
        // SQLite can't notify another process.
        let told = world.database_url.starts_with("postgres");
        let limit = if told { A_SECOND } else { A_LOOK };
        stream.told_within(limit).await;
        assert_eq!(owner.agents().await, ["Ada on"]);
    }

    async fn a_page_knows_which_revision_it_shows_when_its_stream_begins(world: World) {
        let owner = world.subscribed(1).await;
        let (_, told) = quiet(&owner).await;
        let viewer = owner.get("/api/portal/viewer").await.ok();
        assert_eq!(viewer["tenants"][0]["revision"], told);
        let platform = world.person("admin@example.com", "tenant_other", Role::Owner).await;
        world.make_platform_admin("admin@example.com").await;
        let viewer = platform.get(&format!("/api/portal/viewer?tenant_id={DEMO}")).await.ok();
        assert_eq!(viewer["tenants"][1]["revision"], told);
    }

    async fn many_changes_at_once_are_told_as_a_few(world: World) {
        let owner = world.subscribed(1).await;
        let (mut stream, before) = quiet(&owner).await;
        let ada = owner.hire("Ada").await.ok()["id"].clone();
        let ada = ada.as_str().expect("an id");
        for _ in 0..10 {
            for action in ["deactivate", "activate"] {
                let path = format!("/api/portal/agents/{ada}/{action}");
                owner.post(&path, json!({"tenant_id": DEMO})).await.ok();
            }
        }
        let (_, now) = owner.stream(DEMO).await;
        assert!(now >= before + 21, "{before} to {now}");
        let told = stream.told_until_silent_for(SILENCE).await;
        assert_eq!(told.last(), Some(&now));
        assert!(told.is_sorted() && told.len() < 12, "{told:?}");
    }

    async fn another_tenant_s_changes_are_not_told(world: World) {
        let owner = world.subscribed(1).await;
        let other = world.person("other@example.com", "tenant_other", Role::Owner).await;
        let (mut stream, before) = other.stream("tenant_other").await;
        quiet(&owner).await;
        owner.hire("Ada").await.ok();
        assert!(stream.told_until_silent_for(A_LOOK).await.is_empty());
        assert_eq!(other.stream("tenant_other").await.1, before);
    }

    async fn changes_are_told_only_to_the_tenant_s_own_people(world: World) {
        let refused = async |person: &Person, tenant: &str, status, code| {
            Answer::from(person.listen(tenant).await).await.refused(status, code);
        };
        let nobody = world.anonymous();
        let stranger = world.person("stranger@example.com", "tenant_other", Role::Owner).await;
        let owner = world.owner().await;
        refused(&nobody, DEMO, 401, "unauthenticated").await;
        refused(&nobody, "", 401, "unauthenticated").await;
        refused(&stranger, DEMO, 404, "not_found").await;
        refused(&owner, "tenant_none", 404, "not_found").await;
        refused(&owner, "%20", 400, "malformed").await;
        owner.get("/api/portal/billing/events").await.refused(400, "malformed");
    }

    async fn nothing_on_the_way_holds_a_stream_back(world: World) {
        let answer = world.owner().await.listen(DEMO).await;
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().expect("ASCII"));
        assert_eq!(header("content-type"), Some("text/event-stream"));
        assert_eq!(header("cache-control"), Some("no-store"));
        assert_eq!(header("x-accel-buffering"), Some("no"));
        assert_eq!(header("content-encoding"), None);
        assert_eq!(header("content-length"), None);
    }

    async fn a_stream_ends_when_its_session_does(world: World) {
        let owner = world.owner().await;
        let at_home = world.owner().await;
        let (mut stream, _) = owner.stream(DEMO).await;
        let (mut stream_at_home, _) = at_home.stream(DEMO).await;
        let bye = owner.request(Method::POST, "/api/auth/logout").send().await.expect("an answer");
        assert_eq!(bye.status(), 204);
        stream.ends_within(A_LOOK).await;
        assert!(stream_at_home.told_until_silent_for(A_SECOND).await.is_empty());
        at_home.post("/api/portal/account/sign_out_everywhere", json!({})).await.ok();
        stream_at_home.ends_within(A_LOOK).await;
    }

    async fn open_streams_do_not_keep_the_portal_from_stopping(world: World) {
        let (mut stream, _) = world.owner().await.stream(DEMO).await;
        let stopped = tokio::time::timeout(2 * A_SECOND, world.portal.stop()).await;
        assert!(stopped.is_ok(), "it has not stopped");
        stream.ends_within(A_SECOND).await;
    }
}

/// Cuts the connections that listen for changes, as a restart of the database would.
async fn interrupt(world: &World) {
    let DbPool::Postgres(pool) = &world.portal.db.pool else { panic!("not Postgres") };
    let mut conn = pool.get().await.expect("a connection");
    let cut = diesel::sql_query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND query = 'LISTEN tenant_changed'",
    );
    assert_eq!(cut.execute(&mut *conn).await.expect("a query"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_while_nobody_heard_it_is_found_on_postgres() {
    let world = World::start(new_postgres().await, None, &[]).await;
    let owner = world.subscribed(2).await;
    let second = world.second(&[]).await;
    let colleague = second.owner().await;
    let (mut stream, _) = quiet(&owner).await;
    interrupt(&world).await;
    colleague.hire("Ada").await.ok();
    stream.told_within(2 * A_SECOND).await;
    colleague.hire("Bob").await.ok();
    stream.told_within(A_SECOND).await;
    assert_eq!(owner.agents().await, ["Ada on", "Bob on"]);
}
