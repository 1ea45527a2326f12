//! Switching many agents at once, renaming agents, and what an agent that is off shows.

use crate::helpers::*;
use serde_json::{Value, json};

async fn list(person: &Person) -> Vec<Value> {
    let list = person.get(&format!("/api/portal/agents?tenant_id={DEMO}")).await.ok();
    list["agents"].as_array().expect("agents").clone()
}

async fn switch(person: &Person, verb: &str, ids: &Value) -> Answer {
    let body = json!({"tenant_id": DEMO, "agent_ids": ids});
    person.post(&format!("/api/portal/agents/{verb}"), body).await
}

/// "agent_activated: Ada, Bob", oldest first, from the entries about agents.
async fn told(person: &Person) -> Vec<String> {
    let page = person.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
    let entries = page["entries"].as_array().expect("entries").iter().rev();
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or("-").to_owned();
    entries
        .filter(|entry| text(entry, "kind").starts_with("agent"))
        .map(|entry| format!("{}: {}", text(entry, "kind"), text(entry, "subject")))
        .collect()
}

/// "Ada off by Olivia Owner: operator".
async fn reasons(person: &Person) -> Vec<String> {
    let text = |agent: &Value, field: &str| agent[field].as_str().unwrap_or("-").to_owned();
    let said = |agent: &Value| {
        let (name, by) = (text(agent, "name"), text(agent, "deactivated_by_name"));
        format!("{name} off by {by}: {}", text(agent, "deactivated_reason"))
    };
    list(person).await.iter().filter(|agent| agent["active"] == false).map(said).collect()
}

async fn team(owner: &Person, names: &[&str]) {
    for name in names {
        owner.hire(name).await.ok();
    }
}

on_both_databases! {
    async fn agents_are_turned_off_and_on_together(world: World) {
        let owner = world.subscribed(3).await;
        team(&owner, &["Ada", "Bob", "Cleo"]).await;
        let off = switch(&owner, "deactivate", &owner.ids(&["Ada", "Cleo"]).await).await.ok();
        assert_eq!((&off["agents_active"], &off["agent_quota"]), (&json!(1), &json!(3)));
        assert_eq!(owner.agents().await, ["Ada off by operator", "Bob on", "Cleo off by operator"]);
        let on = switch(&owner, "activate", &owner.ids(&["Ada", "Bob", "Cleo"]).await).await.ok();
        assert_eq!(on["agents_active"], 3);
        assert_eq!(owner.agents().await, ["Ada on", "Bob on", "Cleo on"]);
        assert_eq!(told(&owner).await[3..], [
            "agent_deactivated: Ada, Cleo",
            "agent_activated: Ada, Cleo",
        ]);
    }

    async fn switching_many_to_what_they_are_tells_nothing(world: World) {
        let owner = world.subscribed(2).await;
        team(&owner, &["Ada", "Bob"]).await;
        let all = owner.ids(&["Ada", "Bob"]).await;
        switch(&owner, "activate", &all).await.ok();
        switch(&owner, "deactivate", &all).await.ok();
        let off = list(&owner).await;
        switch(&owner, "deactivate", &all).await.ok();
        assert_eq!(list(&owner).await, off);
        assert_eq!(told(&owner).await[2..], ["agent_deactivated: Ada, Bob"]);
    }

    async fn without_seats_for_all_none_is_turned_on(world: World) {
        let owner = world.subscribed(3).await;
        team(&owner, &["Ada", "Bob", "Cleo"]).await;
        let all = owner.ids(&["Ada", "Bob", "Cleo"]).await;
        switch(&owner, "deactivate", &all).await.ok();
        team(&owner, &["Dan", "Eve"]).await;
        let answer = switch(&owner, "activate", &all).await;
        let message = answer.body["error"]["message"].as_str().expect("a message").to_owned();
        assert!(message.contains("Only 1 of the 3 seats is free"), "{message}");
        answer.refused(409, "quota_exceeded");
        assert_eq!(owner.tenant().await["agents_active"], 2);
        let told = told(&owner).await;
        assert_eq!(told.last().expect("entries"), "agent_hired: Eve");
    }

    async fn one_unknown_agent_and_none_is_switched(world: World) {
        let owner = world.subscribed(2).await;
        team(&owner, &["Ada", "Bob"]).await;
        let mut ids = owner.ids(&["Ada", "Bob"]).await;
        ids.as_array_mut().expect("ids").push(json!("agent_none"));
        switch(&owner, "deactivate", &ids).await.refused(404, "not_found");
        switch(&owner, "activate", &ids).await.refused(404, "not_found");
        assert_eq!(owner.agents().await, ["Ada on", "Bob on"]);
        assert_eq!(told(&owner).await.len(), 2);
    }

    async fn another_tenant_s_agents_are_not_there_to_switch_or_rename(world: World) {
        let owner = world.subscribed(1).await;
        let ada = owner.hire("Ada").await.ok();
        let stranger =
            world.person("stranger@example.com", "tenant_other", portal::model::Role::Owner).await;
        let body = json!({"tenant_id": "tenant_other", "agent_ids": [ada["id"]]});
        for verb in ["activate", "deactivate"] {
            let path = format!("/api/portal/agents/{verb}");
            stranger.post(&path, body.clone()).await.refused(404, "not_found");
        }
        let path = format!("/api/portal/agents/{}/rename", ada["id"].as_str().expect("an id"));
        let body = json!({"tenant_id": "tenant_other", "name": "Mallory"});
        stranger.post(&path, body).await.refused(404, "not_found");
        assert_eq!(owner.agents().await, ["Ada on"]);
    }

    async fn a_choice_of_agents_is_1_to_500_of_them(world: World) {
        let owner = world.subscribed(1).await;
        let ada = owner.hire("Ada").await.ok();
        switch(&owner, "deactivate", &json!([])).await.refused(422, "invalid");
        let many: Vec<String> = (0..501).map(|n| format!("agent_{n}")).collect();
        switch(&owner, "deactivate", &json!(many)).await.refused(422, "invalid");
        switch(&owner, "deactivate", &json!(many[..500])).await.refused(404, "not_found");
        switch(&owner, "deactivate", &json!([ada["id"], ada["id"]])).await.ok();
        assert_eq!(owner.agents().await, ["Ada off by operator"]);
    }

    async fn activations_at_once_do_not_pass_the_limit(world: World) {
        let owner = world.subscribed(3).await;
        for pair in [["Ada", "Bob"], ["Cleo", "Dan"], ["Eve", "Fay"]] {
            team(&owner, &pair).await;
            switch(&owner, "deactivate", &owner.ids(&pair).await).await.ok();
        }
        let (first, second, third) = (
            owner.ids(&["Ada", "Bob"]).await,
            owner.ids(&["Cleo", "Dan"]).await,
            owner.ids(&["Eve", "Fay"]).await,
        );
        let answers = tokio::join!(
            switch(&owner, "activate", &first),
            switch(&owner, "activate", &second),
            switch(&owner, "activate", &third),
        );
        let statuses = [answers.0.status, answers.1.status, answers.2.status];
        assert_eq!(statuses.iter().filter(|status| status.as_u16() == 200).count(), 1, "{statuses:?}");
        assert_eq!(owner.tenant().await["agents_active"], 2);
    }

    async fn an_agent_gets_another_name_and_the_timeline_says_both(world: World) {
        let owner = world.subscribed(1).await;
        let ada = owner.hire("Ada").await.ok();
        let path = format!("/api/portal/agents/{}/rename", ada["id"].as_str().expect("an id"));
        let named = |name: &str| json!({"tenant_id": DEMO, "name": name});
        let renamed = owner.post(&path, named(" Ada Lovelace ")).await.ok();
        assert_eq!((&renamed["name"], &renamed["id"]), (&json!("Ada Lovelace"), &ada["id"]));
        owner.post(&path, named("Ada Lovelace")).await.ok();
        assert_eq!(owner.agents().await, ["Ada Lovelace on"]);

        let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
        let (newest, before) = (&page["entries"][0], &page["entries"][1]);
        assert_eq!(newest["kind"], "agent_renamed");
        assert_eq!((&newest["before"], &newest["after"]), (&json!("Ada"), &json!("Ada Lovelace")));
        assert_eq!(newest["actor"]["name"], "Olivia Owner");
        assert_eq!(before["kind"], "agent_hired");

        owner.post(&path, named("")).await.refused(422, "invalid");
        owner.post("/api/portal/agents/agent_none/rename", named("X")).await
            .refused(404, "not_found");
    }

    async fn an_agent_says_who_turned_it_off_and_when_until_it_is_on_again(world: World) {
        let owner = world.subscribed(1).await;
        let ada = owner.hire("Ada").await.ok();
        let details = |agent: &Value| {
            ["deactivated_by", "deactivated_at", "deactivated_by_name", "deactivated_reason"]
                .map(|field| agent[field].clone())
        };
        assert_eq!(details(&ada), [Value::Null, Value::Null, Value::Null, Value::Null]);
        let path = format!("/api/portal/agents/{}", ada["id"].as_str().expect("an id"));
        let on = json!({"tenant_id": DEMO});
        let off = owner.post(&format!("{path}/deactivate"), on.clone()).await.ok();
        let at = &off["deactivated_at"];
        assert!(at.as_str().expect("a time") >= ada["created_at"].as_str().expect("a time"), "{at}");
        let by_olivia = [json!("operator"), at.clone(), json!("Olivia Owner"), json!("operator")];
        assert_eq!(details(&off), by_olivia);
        assert_eq!(details(&list(&owner).await[0]), by_olivia);

        let on = owner.post(&format!("{path}/activate"), on).await.ok();
        assert_eq!(details(&on), details(&ada));
    }

    async fn agents_that_billing_turned_off_say_why(world: World) {
        let owner = world.subscribed(2).await;
        team(&owner, &["Ada", "Bob"]).await;
        let tenant = owner.tenant().await;
        let subscription = tenant["stripe_subscription_id"].as_str().expect("an id").to_owned();
        let forced = async |status: &str| {
            world.force_status(&subscription, status).await;
            owner.tenant_when(status, |tenant| tenant["subscription_status"] == status).await;
        };
        forced("unpaid").await;
        assert_eq!(reasons(&owner).await, ["Ada off by -: unpaid", "Bob off by -: unpaid"]);
        assert!(list(&owner).await[0]["deactivated_at"].is_string());
        forced("active").await;
        assert!(reasons(&owner).await.is_empty());
        assert_eq!(list(&owner).await[0]["deactivated_at"], Value::Null);

        let item = tenant["stripe_subscription_item_id"].as_str().expect("an item");
        let path = format!("/subscription_items/{item}");
        world.stripe(reqwest::Method::POST, &path, &[("quantity", "1")]).await;
        owner.tenant_when("it has one seat", |tenant| tenant["agent_quota"] == 1).await;
        assert_eq!(reasons(&owner).await, ["Bob off by -: seats_reduced"]);

        let body = json!({"tenant_id": DEMO, "at": "now"});
        owner.post("/api/portal/billing/cancel", body).await.ok();
        let off = ["Ada off by -: subscription_ended", "Bob off by -: seats_reduced"];
        assert_eq!(reasons(&owner).await, off);

        switch(&owner, "deactivate", &owner.ids(&["Ada"]).await).await.ok();
        let off = ["Ada off by Olivia Owner: operator", "Bob off by -: seats_reduced"];
        assert_eq!(reasons(&owner).await, off);
    }

    async fn agents_turned_off_before_reasons_were_kept_are_still_read(world: World) {
        use diesel_async::RunQueryDsl;
        let owner = world.subscribed(1).await;
        owner.hire("Ada").await.ok();
        let old = diesel::sql_query("UPDATE agents SET active = FALSE, deactivated_by = 'operator'");
        match &world.portal.db.pool {
            portal::store::DbPool::Sqlite(pool) => {
                let mut conn = pool.get().await.expect("a connection");
                old.execute(&mut *conn).await.expect("an old row");
            }
            portal::store::DbPool::Postgres(pool) => {
                let mut conn = pool.get().await.expect("a connection");
                old.execute(&mut *conn).await.expect("an old row");
            }
        }
        assert_eq!(owner.agents().await, ["Ada off by operator"]);
        assert_eq!(reasons(&owner).await, ["Ada off by -: -"]);
    }
}
