use crate::helpers::*;
use reqwest::Method;
use serde_json::json;

on_both_databases! {
    async fn without_a_subscription_no_agent_can_be_hired(world: World) {
        let owner = world.owner().await;
        owner.hire("Ada").await.refused(409, "quota_exceeded");
        assert!(owner.agents().await.is_empty());
    }

    async fn agents_are_hired_turned_off_and_on_within_the_quota(world: World) {
        let owner = world.subscribed(2).await;
        let ada = owner.hire("  Ada ").await.ok();
        assert_eq!((ada["name"].as_str(), ada["active"].as_bool()), (Some("Ada"), Some(true)));
        owner.hire("Bob").await.ok();
        owner.hire("Cleo").await.refused(409, "quota_exceeded");
        let path = format!("/api/portal/agents/{}", ada["id"].as_str().expect("an id"));
        let on = json!({"tenant_id": DEMO});

        let off = owner.post(&format!("{path}/deactivate"), on.clone()).await.ok();
        assert_eq!((&off["active"], &off["deactivated_by"]), (&json!(false), &json!("operator")));
        owner.hire("Cleo").await.ok();
        owner.post(&format!("{path}/activate"), on.clone()).await.refused(409, "quota_exceeded");
        assert_eq!(owner.agents().await, ["Ada off by operator", "Bob on", "Cleo on"]);
        assert_eq!(owner.tenant().await["agents_active"], 2);

        owner.post("/api/portal/agents/agent_none/activate", on.clone()).await
            .refused(404, "not_found");
        owner.post("/api/portal/agents/agent_none/deactivate", on).await.refused(404, "not_found");
    }

    async fn a_tenant_has_no_more_agents_than_a_page_can_show(world: World) {
        const OFF: &str = "WITH RECURSIVE numbers (n) AS \
            (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 999) \
            INSERT INTO agents (id, tenant_id, name, active, deactivated_by, created_at) \
            SELECT 'off_' || n, 'tenant_demo', 'Off', FALSE, 'operator', CURRENT_TIMESTAMP \
            FROM numbers RETURNING id AS name";
        let owner = world.subscribed(2).await;
        assert_eq!(names(&world.portal.db, OFF, OFF).await.len(), 999);
        owner.hire("Ada").await.ok();
        owner.hire("Bob").await.refused(409, "too_many_agents");
        let path = "/api/portal/agents/off_1/activate";
        owner.post(path, json!({"tenant_id": DEMO})).await.ok();
        assert_eq!(owner.agents().await.len(), 1000);
    }

    async fn another_tenant_s_agent_is_not_there(world: World) {
        let owner = world.subscribed(1).await;
        let ada = owner.hire("Ada").await.ok();
        let stranger =
            world.person("stranger@example.com", "tenant_other", portal::model::Role::Owner).await;
        let path = format!("/api/portal/agents/{}", ada["id"].as_str().expect("an id"));
        let own = json!({"tenant_id": "tenant_other"});
        stranger.post(&format!("{path}/deactivate"), own.clone()).await.refused(404, "not_found");
        stranger.post(&format!("{path}/activate"), own).await.refused(404, "not_found");
        assert_eq!(owner.agents().await, ["Ada on"]);
    }

    async fn requests_at_once_do_not_pass_the_limit(world: World) {
        let owner = world.subscribed(3).await;
        let wishes = (0..12).map(|n| {
            let owner = &owner;
            async move { owner.hire(&format!("Agent {n}")).await.status.as_u16() }
        });
        let statuses = futures_util::future::join_all(wishes).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 3, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 9, "{statuses:?}");
        assert_eq!(owner.tenant().await["agents_active"], 3);
    }

    async fn when_the_subscription_ends_agents_are_turned_off_and_only_those_come_back(world: World) {
        let owner = world.subscribed(3).await;
        let ada = owner.hire("Ada").await.ok();
        owner.hire("Bob").await.ok();
        owner.hire("Cleo").await.ok();
        let path = format!("/api/portal/agents/{}/deactivate", ada["id"].as_str().expect("an id"));
        owner.post(&path, json!({"tenant_id": DEMO})).await.ok();

        let tenant = owner.tenant().await;
        let subscription = tenant["stripe_subscription_id"].as_str().expect("an id").to_owned();
        world.force_status(&subscription, "unpaid").await;
        owner.tenant_when("it is unpaid", |tenant| tenant["subscription_status"] == "unpaid").await;
        let off = ["Ada off by operator", "Bob off by billing", "Cleo off by billing"];
        assert_eq!(owner.agents().await, off);
        owner.hire("Dan").await.refused(409, "quota_exceeded");

        world.force_status(&subscription, "active").await;
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        assert_eq!(owner.agents().await, ["Ada off by operator", "Bob on", "Cleo on"]);
    }

    async fn who_was_chosen_to_leave_does_not_come_back_with_a_payment(world: World) {
        let owner = team(&world, &["Ada", "Bob", "Cleo"]).await;
        let fewer = json!({"tenant_id": DEMO, "agent_count": 2, "turn_off": owner.ids(&["Ada"]).await});
        owner.post("/api/portal/billing/quantity", fewer).await.ok();
        let chosen = ["Ada off by billing", "Bob on", "Cleo on"];
        assert_eq!(owner.agents().await, chosen);
        let page = owner.html(&format!("/billing?tenant_id={DEMO}&seats=3")).await;
        assert!(page.contains("1 agent that had no seat is turned on again."), "{page}");
        // Nor does Ada take the seat that Bob leaves.
        let bob = format!("/api/portal/agents/{}/deactivate", id_of(&owner, "Bob").await);
        owner.post(&bob, json!({"tenant_id": DEMO})).await.ok();
        let subscription = text(&owner.tenant().await, "stripe_subscription_id").to_owned();
        for (status, waiting) in [("unpaid", 1), ("active", 1)] {
            world.force_status(&subscription, status).await;
            let tenant = owner.tenant_when(status, |tenant| tenant["subscription_status"] == status).await;
            assert_eq!(tenant["agents_waiting"], waiting, "{tenant}");
            nothing_differs(&world).await;
        }
        assert_eq!(owner.agents().await, ["Ada off by billing", "Bob off by operator", "Cleo on"]);
        // To subscribe again is suggested for as many as worked at the end.
        let end = json!({"tenant_id": DEMO, "at": "now"});
        assert_eq!(owner.post("/api/portal/billing/cancel", end).await.ok()["agents_waiting"], 1);
    }

    async fn a_seat_that_an_operator_frees_is_theirs_to_fill(world: World) {
        let owner = team(&world, &["Ada", "Bob", "Cleo"]).await;
        let item = format!("/subscription_items/{}", text(&owner.tenant().await, "stripe_subscription_item_id"));
        world.stripe(Method::POST, &item, &[("quantity", "2")]).await;
        owner.tenant_when("there are two seats", |tenant| tenant["agent_quota"] == 2).await;
        let ada = format!("/api/portal/agents/{}/deactivate", id_of(&owner, "Ada").await);
        owner.post(&ada, json!({"tenant_id": DEMO})).await.ok();
        refresh(&owner).await.ok();
        assert_eq!(owner.agents().await, ["Ada off by operator", "Bob on", "Cleo off by billing"]);
        nothing_differs(&world).await;
        world.stripe(Method::POST, &item, &[("quantity", "3")]).await;
        owner.tenant_when("there are three seats", |tenant| tenant["agent_quota"] == 3).await;
        assert_eq!(owner.agents().await, ["Ada off by operator", "Bob on", "Cleo on"]);
    }

    async fn past_due_keeps_agents_working(world: World) {
        let owner = world.subscribed(1).await;
        owner.hire("Ada").await.ok();
        let tenant = owner.tenant().await;
        let subscription = tenant["stripe_subscription_id"].as_str().expect("an id").to_owned();
        world.force_status(&subscription, "past_due").await;
        let tenant = owner
            .tenant_when("it is past due", |tenant| tenant["subscription_status"] == "past_due")
            .await;
        assert_eq!((&tenant["agent_quota"], &tenant["agents_active"]), (&json!(1), &json!(1)));
    }
}
