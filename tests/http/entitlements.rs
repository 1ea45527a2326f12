//! What the SaaS's own runtime asks: may this tenant's agents run?

use crate::helpers::*;
use futures_util::future::join_all;
use portal::model::Role;
use reqwest::Method;
use reqwest::header::{ETAG, IF_NONE_MATCH};
use serde_json::{Value, json};

async fn entitlements(world: &World) -> Value {
    world.ask_entitlements(DEMO, ENTITLEMENTS_TOKEN).await.ok()
}

on_both_databases! {
    async fn entitlements_follow_the_subscription(world: World) {
        let nothing = json!({"access": "none", "agent_quota": 0, "active_agents": []});
        assert_eq!(entitlements(&world).await, nothing);

        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        owner.hire("Bob").await.ok();
        let both = owner.ids(&["Ada", "Bob"]).await;
        let full = json!({"access": "full", "agent_quota": 2, "active_agents": both});
        assert_eq!(entitlements(&world).await, full);

        let subscription = owner.tenant().await["stripe_subscription_id"].clone();
        let subscription = subscription.as_str().expect("an id");
        for (status, access, agents) in [
            ("past_due", "warn", &both),
            ("unpaid", "suspended", &json!([])),
            ("active", "full", &both),
            ("canceled", "ended", &json!([])),
        ] {
            world.force_status(subscription, status).await;
            owner.tenant_when(status, |tenant| tenant["subscription_status"] == status).await;
            let now = entitlements(&world).await;
            assert_eq!((&now["access"], &now["active_agents"]), (&json!(access), agents));
            let quota = agents.as_array().map_or(0, Vec::len);
            assert_eq!(now["agent_quota"], quota);
        }
    }

    async fn those_who_ask_at_once_each_get_their_own_answer(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        world.person("other@example.com", "tenant_other", Role::Owner).await;
        let token = world.command(&["token", "add", "runtime"]).await.line();
        let revoked = world.command(&["token", "add", "old"]).await.line();
        let tokens = world.command(&["token", "list", "--json"]).await.json();
        let old = tokens.as_array().expect("a list").iter().find(|one| one["name"] == "old");
        let id = old.expect("the old one")["id"].as_str().expect("an id");
        world.command(&["token", "revoke", id]).await.done();

        let tenants = [DEMO, "tenant_other", "tenant_none", "no%20id"];
        let tokens = [ENTITLEMENTS_TOKEN, &token, &revoked];
        let asked = tenants.iter().flat_map(|tenant| tokens.iter().map(move |token| (tenant, token)));
        let asked: Vec<_> = asked.cycle().take(120).collect();
        let answers = join_all(
            asked.iter().map(|(tenant, token)| world.ask_entitlements(tenant, token)),
        );
        for ((tenant, token), answer) in asked.iter().zip(answers.await) {
            match (**tenant, **token == revoked.as_str()) {
                (_, true) => answer.refused(401, "unauthenticated"),
                (DEMO, false) => {
                    let demo = answer.ok();
                    assert_eq!((&demo["agent_quota"], &demo["access"]), (&json!(2), &json!("full")));
                    assert_eq!(demo["active_agents"].as_array().map(Vec::len), Some(1));
                }
                ("tenant_other", false) => assert_eq!(answer.ok()["access"], "none"),
                (_, false) => answer.refused(404, "not_found"),
            }
        }
    }

    async fn entitlements_that_have_not_changed_are_a_bare_304(world: World) {
        let owner = world.subscribed(1).await;
        let path = format!("/api/entitlements/{DEMO}");
        let poll = async |known: &str| {
            let request = world.anonymous().request(Method::GET, &path);
            let request = request.bearer_auth(ENTITLEMENTS_TOKEN).header(IF_NONE_MATCH, known);
            request.send().await.expect("an answer")
        };
        let first = poll("\"something else\"").await;
        assert_eq!(first.status(), 200);
        let etag = first.headers()[ETAG].to_str().expect("ASCII").to_owned();
        assert_eq!(first.headers()["cache-control"], "private, no-cache");
        // Syncing again changes nothing.
        owner.post("/api/portal/billing/refresh", json!({"tenant_id": DEMO})).await.ok();
        for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}")] {
            let same = poll(&known).await;
            assert_eq!((same.status().as_u16(), &same.headers()[ETAG]), (304, &first.headers()[ETAG]));
            assert_eq!(same.text().await.expect("a body"), "");
        }
        owner.hire("Ada").await.ok();
        let changed = poll(&etag).await;
        assert_eq!(changed.status(), 200);
        assert_ne!(changed.headers()[ETAG], first.headers()[ETAG]);
    }

    async fn entitlements_are_for_whoever_has_the_token(world: World) {
        let owner = world.owner().await;
        let path = format!("/api/entitlements/{DEMO}");
        owner.get(&path).await.refused(401, "unauthenticated");
        let longer = format!("{ENTITLEMENTS_TOKEN}0");
        for wrong in ["", "wrong", &ENTITLEMENTS_TOKEN[1..], &longer] {
            world.ask_entitlements(DEMO, wrong).await.refused(401, "unauthenticated");
        }
        let basic = owner.request(Method::GET, &path).basic_auth("", Some(ENTITLEMENTS_TOKEN));
        let basic = basic.send().await.expect("an answer");
        assert_eq!(basic.headers()["www-authenticate"], "Bearer");
        Answer::from(basic).await.refused(401, "unauthenticated");
        for nobody in ["tenant_none", "no%20id"] {
            world.ask_entitlements(nobody, ENTITLEMENTS_TOKEN).await.refused(404, "not_found");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_token_in_the_configuration_nobody_gets_entitlements() {
    let folder = Folder::new();
    let none = [("ENTITLEMENTS_TOKEN", " ")];
    let world = World::start(folder.database_url(), Some(folder), &none).await;
    for token in ["", " ", ENTITLEMENTS_TOKEN] {
        world.ask_entitlements(DEMO, token).await.refused(401, "unauthenticated");
    }
}
