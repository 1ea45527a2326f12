//! The agents page's forms.

use super::*;

on_both_databases! {
    async fn an_agent_is_hired_renamed_and_switched(world: World) {
        let owner = world.subscribed(1).await;
        let landing = owner.submit("/agents/create", &[TENANT, ("name", "Ada")]).await;
        landing.says("Ada is ready to work.").says("1 of 1 in use").says("Every seat is taken");
        let ada = id_of(&owner, "Ada").await;
        let path = |to: &str| format!("/agents/{ada}/{to}");
        let landing = owner.submit(&path("rename"), &[TENANT, ("name", " Ada Lovelace ")]).await;
        landing.says("Now called Ada Lovelace.").says("Turn off Ada Lovelace");
        // Each row is one form, which sends the name whichever button is pressed.
        let landing = owner.submit(&path("off"), &[TENANT, ("name", "Ada Lovelace")]).await;
        landing.says("1 agent is off.").says("Turned off by Olivia Owner, ");
        landing.says("0 of 1 in use").says("Turn on Ada Lovelace");
        owner.submit(&path("on"), &[TENANT]).await.says("1 agent is on.").says("1 of 1 in use");
        let again = owner.html(&landing.to).await;
        assert!(!again.contains("is on."), "said twice: {again}");
    }

    async fn a_name_that_is_none_comes_back_beside_its_field(world: World) {
        let owner = team(&world, &["Ada", "Grace"]).await;
        let long = "x".repeat(81);
        let landing = owner.submit("/agents/create", &[TENANT, ("name", &long)]).await;
        landing.says("Enter a name of 1 to 80 characters").says(&format!("value=\"{long}\""));
        let ada = id_of(&owner, "Ada").await;
        let landing = owner.submit(&format!("/agents/{ada}/rename"), &[TENANT, ("name", &long)]).await;
        landing.says("Enter a name of 1 to 80 characters").says(&format!("value=\"{long}\""));
        assert_eq!(landing.html.matches("<details id=\"rename-").count(), 2);
        assert_eq!(landing.html.matches("role=\"alert\"").count(), 1);
        assert_eq!(owner.agents().await, ["Ada on", "Grace on"]);
    }

    async fn without_a_free_seat_nobody_is_hired_or_turned_on(world: World) {
        let owner = world.subscribed(1).await;
        owner.hire("Ada").await.ok();
        let ada = id_of(&owner, "Ada").await;
        owner.submit(&format!("/agents/{ada}/off"), &[TENANT]).await.says("0 of 1 in use");
        owner.hire("Grace").await.ok();
        owner.submit(&format!("/agents/{ada}/on"), &[TENANT]).await.says("Every seat is taken.");
        let landing = owner.submit("/agents/create", &[TENANT, ("name", "Edsger")]).await;
        landing.says("Every seat is taken.").says("value=\"Edsger\"");
        assert_eq!(owner.agents().await, ["Ada off by operator", "Grace on"]);
    }

    async fn the_selected_agents_are_switched_together(world: World) {
        let owner = team(&world, &["Ada", "Grace", "Edsger"]).await;
        let (ada, edsger) = (id_of(&owner, "Ada").await, id_of(&owner, "Edsger").await);
        let chosen = [TENANT, ("agent_ids", &*ada), ("agent_ids", &*edsger)];
        let landing = owner.submit("/agents/off", &chosen).await;
        landing.says("2 agents are off.").says("1 of 3 in use");
        owner.submit("/agents/on", &chosen).await.says("2 agents are on.").says("3 of 3 in use");
        let landing = owner.submit("/agents/off", &[TENANT]).await;
        landing.says("Select agents first, 500 at most.").says("3 of 3 in use");
        let landing = owner.submit("/agents/off", &[TENANT, ("agent_ids", "agent_none")]).await;
        landing.says("there any more").says("3 of 3 in use");
    }

    async fn a_selection_that_could_not_be_switched_stays_ticked(world: World) {
        let owner = team(&world, &["Ada", "Grace", "Edsger"]).await;
        let (ada, edsger) = (id_of(&owner, "Ada").await, id_of(&owner, "Edsger").await);
        let chosen = [TENANT, ("agent_ids", &*ada), ("agent_ids", &*edsger)];
        owner.submit("/agents/off", &chosen).await.says("2 agents are off.");
        owner.submit("/billing/quantity", &[TENANT, ("agent_count", "2")]).await.says("2 seats");
        let landing = owner.submit("/agents/on", &chosen).await;
        landing.says("role=\"alert\"");
        let grace = id_of(&owner, "Grace").await;
        assert_eq!([&ada, &edsger, &grace].map(|id| is_ticked(&landing.html, id)), [true, true, false]);
    }

    async fn the_agents_forms_ask_who_is_calling(world: World) {
        let owner = team(&world, &["Ada"]).await;
        let ada = id_of(&owner, "Ada").await;
        let nobody = world.anonymous();
        let stranger = world.person("stranger@example.com", "elsewhere", Role::Owner).await;
        let member = world.person("member@example.com", DEMO, Role::Member).await;
        let fields = [TENANT, ("name", "Mallory"), ("agent_ids", &*ada)];
        for path in [
            "/agents/create".to_owned(),
            "/agents/off".to_owned(),
            "/agents/on".to_owned(),
            format!("/agents/{ada}/off"),
            format!("/agents/{ada}/on"),
            format!("/agents/{ada}/rename"),
        ] {
            let landing = nobody.submit(&path, &fields).await;
            assert_eq!(landing.to, format!("/login?next=%2Fagents%3Ftenant_id%3D{DEMO}"), "{path}");
            stranger.submit(&path, &fields).await.says("yours or doesn");
            member.submit(&path, &fields).await.says("Your role is to look.");
            let theirs = [("tenant_id", "elsewhere"), ("name", "Mallory"), ("agent_ids", &*ada)];
            if path != "/agents/create" {
                stranger.submit(&path, &theirs).await.says("there any more");
            }
        }
        assert_eq!(owner.agents().await, ["Ada on"]);
        let html = member.html("/agents").await;
        assert!(!html.contains("Turn off Ada") && html.contains("You can look."), "{html}");
    }
}
