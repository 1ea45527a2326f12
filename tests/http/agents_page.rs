//! The agents page, with many agents and with none.

use crate::helpers::*;

const TENANT: (&str, &str) = ("tenant_id", DEMO);

on_both_databases! {
    async fn many_agents_are_shown_fifty_at_a_time_the_youngest_first(world: World) {
        let names: Vec<String> = (1..=60).map(|number| format!("Agent {number:02}")).collect();
        let owner = team(&world, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let shown = async |address: &str| {
            let html = owner.html(address).await;
            let shows = |name: &&String| html.contains(&format!("Turn off {name}\""));
            let names: Vec<_> = names.iter().filter(shows).cloned().collect();
            (names, html)
        };
        let (first, html) = shown("/agents").await;
        assert_eq!(first, names[10..]);
        assert!(html.find("Turn off Agent 60").unwrap() < html.find("Turn off Agent 59").unwrap());
        assert!(html.contains("1–50 of 60") && html.contains("href=\"/agents?page=2\""), "{html}");
        let (second, html) = shown("/agents?page=2").await;
        assert_eq!(second, names[..10]);
        assert!(html.contains("51–60 of 60") && !html.contains("page=3"), "{html}");
        assert_eq!(shown("/agents?page=7").await.0, second);
        assert_eq!(shown("/agents?search=agent+1&page=2").await.0, names[9..19]);

        let oldest = id_of(&owner, "Agent 01").await;
        let fields = [TENANT, ("page", "2")];
        let landing = owner.submit(&format!("/agents/{oldest}/off"), &fields).await;
        assert_eq!(landing.to, format!("/agents?tenant_id={DEMO}&page=2"));
        landing.says("1 agent is off.").says("Turn on Agent 01");
        // A failure is shown even if the agent is on another page.
        let landing =
            owner.submit(&format!("/agents/{oldest}/rename"), &[TENANT, ("name", "")]).await;
        landing.says("Enter a name of 1 to 80 characters");
    }

    async fn a_search_finds_agents_whatever_the_case_and_stays_through_a_change(world: World) {
        let owner = team(&world, &["Ada Lovelace", "Änne Müller", "Grace"]).await;
        let found = async |search: &str| {
            let html = owner.html(&format!("/agents?tenant_id={DEMO}&search={search}")).await;
            ["Ada", "Änne", "Grace"].map(|name| html.contains(&format!("Turn off {name}")))
        };
        assert_eq!(found("love").await, [true, false, false]);
        assert_eq!(found("%C3%84NNE+m%C3%9C").await, [false, true, false]);
        assert_eq!(found("").await, [true, true, true]);
        let html = owner.html("/agents?search=nobody").await;
        assert!(html.contains("Nobody is called that") && html.contains("Show all"), "{html}");

        let ada = id_of(&owner, "Ada Lovelace").await;
        let landing = owner.submit(&format!("/agents/{ada}/off"), &[TENANT, ("search", "love")]).await;
        assert_eq!(landing.to, format!("/agents?tenant_id={DEMO}&search=love"));
        landing.says("1 agent is off.").says("value=\"love\"");
        assert!(!landing.html.contains("Turn off Grace"), "{}", landing.html);
        // A failure is shown even if the search hides the agent.
        let landing = owner
            .submit(&format!("/agents/{ada}/rename"), &[TENANT, ("search", "grace"), ("name", "")])
            .await;
        landing.says("Enter a name of 1 to 80 characters");
    }

    async fn without_agents_or_a_subscription_the_page_says_what_to_do(world: World) {
        let owner = world.owner().await;
        let html = owner.html("/agents").await;
        for text in ["No seats", "Go to Billing", "0 of 0 in use"] {
            assert!(html.contains(text), "{text}: {html}");
        }
        let owner = world.subscribed(1).await;
        let html = owner.html("/agents").await;
        assert!(html.contains("Nobody here yet"), "{html}");
        owner.hire("Ada").await.ok();
        let subscription = owner.tenant().await["stripe_subscription_id"].clone();
        world.force_status(subscription.as_str().expect("an id"), "unpaid").await;
        owner.tenant_when("it is unpaid", |tenant| tenant["subscription_status"] == "unpaid").await;
        let html = owner.html("/agents").await;
        assert!(html.contains("Turned off by billing: the subscription is unpaid, "), "{html}");
        assert!(html.contains("data-tone=\"danger\" aria-label=\"Agents are off\""), "{html}");
        let bulk = html.split("id=\"selection\"").nth(1).and_then(|rest| rest.split("</form>").next());
        assert!(bulk.is_some_and(|form| form.matches(" disabled").count() == 1), "{html}");
    }
}
