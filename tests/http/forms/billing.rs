//! The billing page's forms.

use super::*;

on_both_databases! {
    async fn subscribing_leads_to_checkout(world: World) {
        let owner = world.owner().await;
        let landing = owner.submit("/billing/checkout", &[TENANT, ("agent_count", "3")]).await;
        assert!(landing.to.starts_with(world.sandbox()), "{}", landing.to);
        let back = world.pay(&landing.to).await;
        assert!(back.contains("/billing?tenant_id="), "{back}");
        let tenant = owner.tenant_when("it is trialing", |tenant| tenant["agent_quota"] == 3).await;
        assert_eq!(tenant["subscription_status"], "trialing");

        let landing = owner.submit("/billing/checkout", &[TENANT, ("agent_count", "3")]).await;
        landing.says("There is a subscription already.");
        let landing = owner.submit("/billing/portal", &[TENANT]).await;
        assert!(landing.to.starts_with(world.sandbox()), "{}", landing.to);
    }

    async fn the_way_back_from_checkout_leads_to_a_page_that_says_so_once(world: World) {
        let owner = world.owner().await;
        // A made-up session is not believed.
        let unconfirmed = "This checkout could not be confirmed";
        let made_up = format!("/billing?tenant_id={DEMO}&session_id=cs_test_made_up");
        assert!(owner.html(&made_up).await.contains(unconfirmed));

        let landing = owner.submit("/billing/checkout", &[TENANT, ("agent_count", "3")]).await;
        let back = world.pay(&landing.to).await;
        let landing = owner.follow(back.strip_prefix(&world.portal.url).expect("a page")).await;
        assert_eq!(landing.to, format!("/billing?tenant_id={DEMO}"));
        landing.says("Subscription confirmed.").says("0 of 3 agents in use");
        assert!(!owner.html(&landing.to).await.contains("Subscription confirmed."));

        // A subscribed tenant is not told to subscribe again, and a stranger is told nothing.
        assert!(!owner.html(&made_up).await.contains(unconfirmed));
        let stranger = world.person("stranger@example.com", "elsewhere", Role::Owner).await;
        assert!(!stranger.html(&made_up).await.contains("confirmed"));
    }

    async fn who_comes_back_from_checkout_while_stripe_fails_is_not_told_that_nothing_was_paid(world: World) {
        let owner = world.owner().await;
        let landing = owner.submit("/billing/checkout", &[TENANT, ("agent_count", "3")]).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let back = world.pay(&landing.to).await;
        let back = back.strip_prefix(&world.portal.url).expect("a page").to_owned();
        let call = ("call", "every");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "100"), call]).await;
        let page = owner.html(&back).await;
        assert!(page.contains("Confirming your subscription"), "{page}");
        assert!(!page.contains("could not be confirmed"), "{page}");
    }

    async fn a_number_of_seats_in_the_address_shows_its_price_and_can_be_confirmed(world: World) {
        let owner = world.subscribed(2).await;
        world.days_pass(20).await;
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        let page = owner.html(&format!("/billing?tenant_id={DEMO}&seats=3")).await;
        let quote_id = hidden(&page, "quote_id");
        assert!(page.contains(" today, then $147.00 a month"), "{page}");
        let form = [TENANT, ("agent_count", "3"), ("quote_id", &quote_id)];
        owner.submit("/billing/quantity", &form).await.says("You now have 3 seats.");
        assert_eq!(owner.tenant().await["agent_quota"], 3);

        // Without a quote, nobody would have seen the charge.
        let landing = owner.submit("/billing/quantity", &[TENANT, ("agent_count", "5")]).await;
        landing.says("Look at the price first").says(" today, then $245.00 a month");
        assert_eq!(owner.tenant().await["agent_quota"], 3);
    }

    async fn fewer_seats_than_agents_in_use_take_a_choice(world: World) {
        let owner = world.subscribed(2).await;
        for name in ["Ada", "Grace"] {
            owner.hire(name).await.ok();
        }
        let page = owner.html(&format!("/billing?tenant_id={DEMO}&seats=1")).await;
        assert!(page.contains("Choose 1 to turn off") && page.contains("Grace"), "{page}");
        let ids = owner.ids(&["Ada", "Grace"]).await;
        let [ada, grace] = [0, 1].map(|at| ids[at].as_str().expect("an id"));
        let form = [TENANT, ("agent_count", "1"), ("turn_off", ada)];
        // Too many are as good as none, and stay ticked.
        let both = [&form[..], &[("turn_off", grace)]].concat();
        let landing = owner.submit("/billing/quantity", &both).await;
        assert_eq!([ada, grace].map(|id| is_ticked(&landing.html, id)), [true, true]);
        owner.submit("/billing/quantity", &form).await.says("You now have 1 seat.");
        assert_eq!(owner.agents().await, ["Ada off by billing", "Grace on"]);
    }

    async fn how_it_was_to_end_stays_chosen_where_that_fails(world: World) {
        let owner = world.subscribed(2).await;
        let call = ("call", "DELETE /v1/subscriptions/{id}");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "9"), call]).await;
        let landing = owner.submit("/billing/cancel", &[TENANT, ("at", "now")]).await;
        landing.says("Stripe can&#39;t be reached right now.");
        assert!(is_ticked(&landing.html, "now") && !is_ticked(&landing.html, "period_end"));
    }

    async fn cancelling_and_resuming_say_what_they_did_once(world: World) {
        let owner = world.subscribed(2).await;
        let landing = owner.submit("/billing/cancel", &[TENANT, ("at", "period_end")]).await;
        landing.says("Cancellation scheduled.").says("Cancels on ");
        let again = owner.html(&landing.to).await;
        assert!(!again.contains("Cancellation scheduled."), "said twice: {again}");
        owner.submit("/billing/resume", &[TENANT]).await.says("Welcome back");
        owner.submit("/billing/refresh", &[TENANT]).await.says("Up to date with Stripe.");
        owner.submit("/billing/cancel", &[TENANT, ("at", "now")]).await
            .says("The subscription has ended.")
            .says("Your agents and their names are kept.");
        owner.submit("/billing/resume", &[TENANT]).await.says("There is no subscription to change.");
    }

    async fn a_form_that_cannot_be_read_changes_nothing_and_says_so(world: World) {
        let owner = world.owner().await;
        for fields in [
            &[TENANT, ("agent_count", "0")][..],
            &[TENANT, ("agent_count", "many")],
            &[TENANT],
        ] {
            let landing = owner.submit("/billing/checkout", fields).await;
            landing.says("role=\"alert\"");
            assert_eq!(landing.to, format!("/billing?tenant_id={DEMO}"));
        }
        assert_eq!(owner.tenant().await["subscription_status"], "none");
    }

    async fn forms_ask_who_is_calling_like_everything_else(world: World) {
        let forms = ["checkout", "portal", "quantity", "withdraw", "cancel", "resume", "refresh"];
        let fields = [TENANT, ("agent_count", "2"), ("at", "now"), ("wanted", "2")];
        let nobody = world.anonymous();
        let stranger = world.person("stranger@example.com", "elsewhere", Role::Owner).await;
        let member = world.person("member@example.com", DEMO, Role::Member).await;
        for form in forms {
            let path = format!("/billing/{form}");
            let landing = nobody.submit(&path, &fields).await;
            assert!(landing.to.starts_with("/login?next=%2Fbilling"), "{}", landing.to);
            stranger.submit(&path, &fields).await.says("yours or doesn");
            if form != "refresh" {
                member.submit(&path, &fields).await.says("Your role is to look.");
            }
        }
        assert_eq!(world.owner().await.tenant().await["stripe_customer_id"], serde_json::Value::Null);
    }
}
