//! The other pages without scripts: agents, the timeline's filters, and the account.

use crate::helpers::*;
use portal::model::Role;
use reqwest::header::SET_COOKIE;

const TENANT: (&str, &str) = ("tenant_id", DEMO);
const NEW: &str = "a much better secret";

/// A demo with this team, all at work.
async fn team(world: &World, names: &[&str]) -> Person {
    let owner = world.subscribed(u32::try_from(names.len()).expect("a team")).await;
    for name in names {
        owner.hire(name).await.ok();
    }
    owner
}

async fn id_of(person: &Person, name: &str) -> String {
    person.ids(&[name]).await[0].as_str().expect("an id").to_owned()
}

/// How many sessions the page offers to end.
fn ends(html: &str) -> usize {
    html.matches("action=\"/account/sessions/").count()
}

/// The id of the first of them.
fn first_session(html: &str) -> String {
    let (_, rest) = html.split_once("action=\"/account/sessions/").expect("a session");
    rest.split_once("/end\"").expect("its end").0.to_owned()
}

on_both_databases! {
    async fn an_agent_is_hired_renamed_and_switched(world: World) {
        let owner = world.subscribed(1).await;
        let landing = owner.submit("/agents/create", &[TENANT, ("name", "Ada")]).await;
        landing.says("Ada is ready to work.").says("1 of 1 in use").says("Every seat is taken");
        let ada = id_of(&owner, "Ada").await;
        let path = |to: &str| format!("/agents/{ada}/{to}");
        let landing = owner.submit(&path("rename"), &[TENANT, ("name", " Ada Lovelace ")]).await;
        landing.says("Now called Ada Lovelace.").says("Turn off Ada Lovelace");
        // The row's one form sends its name along, whichever of its buttons is pressed.
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
        landing.says("Enter a name of 1 to 80 characters.").says(&format!("value=\"{long}\""));
        let ada = id_of(&owner, "Ada").await;
        let landing = owner.submit(&format!("/agents/{ada}/rename"), &[TENANT, ("name", &long)]).await;
        landing.says("Enter a name of 1 to 80 characters.").says(&format!("value=\"{long}\""));
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
        landing.says("Select 1 to 500 agents first.").says("3 of 3 in use");
        let landing = owner.submit("/agents/off", &[TENANT, ("agent_ids", "agent_none")]).await;
        landing.says("there any more").says("3 of 3 in use");
    }

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
        // A failure is said even where the agent is on another page.
        let landing =
            owner.submit(&format!("/agents/{oldest}/rename"), &[TENANT, ("name", "")]).await;
        landing.says("Enter a name of 1 to 80 characters.");
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
        // A failure is said even where the search hides the agent.
        let landing = owner
            .submit(&format!("/agents/{ada}/rename"), &[TENANT, ("search", "grace"), ("name", "")])
            .await;
        landing.says("Enter a name of 1 to 80 characters.");
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

    async fn the_timeline_is_filtered_by_a_link_that_older_pages_keep(world: World) {
        let owner = team(&world, &["Ada"]).await;
        let html = owner.html("/activity?topic=agents").await;
        assert!(html.contains("Hired Ada") && !html.contains("Seats: 0 → 1"), "{html}");
        let html = owner.html("/activity").await;
        assert!(html.contains("href=\"/activity?topic=seats\""), "{html}");
        let html = owner.html("/activity?topic=payments").await;
        assert!(html.contains("Nothing of this kind"), "{html}");

        let ada = id_of(&owner, "Ada").await;
        for _ in 0..26 {
            owner.post(&format!("/api/portal/agents/{ada}/deactivate"), serde_json::json!({"tenant_id": DEMO})).await.ok();
            owner.post(&format!("/api/portal/agents/{ada}/activate"), serde_json::json!({"tenant_id": DEMO})).await.ok();
        }
        let html = owner.html("/activity?topic=agents").await;
        let (_, older) = html.split_once("href=\"/activity?topic=agents&#38;before=").expect(&html);
        let before = older.split_once('"').expect("its end").0;
        let html = owner.html(&format!("/activity?topic=agents&before={before}")).await;
        assert!(html.contains("Hired Ada") && html.contains("href=\"/activity?topic=agents\""), "{html}");
    }

    async fn the_password_is_changed_and_never_shown(world: World) {
        let (owner, other) = (world.owner().await, world.owner().await);
        let form = |current, new| [TENANT, ("current_password", current), ("new_password", new)];
        let weak = owner.submit("/account/password", &form("sandbox-owner", "short-one")).await;
        assert_eq!(weak.to, format!("/account?tenant_id={DEMO}"));
        weak.says("Choose a new password of at least 12 characters");
        let wrong = owner.submit("/account/password", &form("not-the-password", NEW)).await;
        wrong.says("The current password is not right.").says("aria-invalid=\"true\"");
        for secret in ["short-one", "not-the-password", NEW, "sandbox-owner"] {
            assert!(!weak.html.contains(secret) && !wrong.html.contains(secret), "{secret}");
        }
        let request = owner.form("/account/password", &form("a-typo-of-it", NEW)).await;
        let answer = request.send().await.expect("an answer");
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let value = cookie.to_str().expect("ASCII").split(['=', ';']).nth(1).expect("a value");
            let said = read_base64(value);
            assert!(said.contains("wrong_password") && !said.contains("a-typo") && !said.contains(NEW));
        }
        assert_eq!(other.get("/api/portal/viewer").await.status, 200);

        let landing = owner.submit("/account/password", &form("sandbox-owner", NEW)).await;
        landing.says("Password changed.").says("This session");
        assert_eq!(ends(&landing.html), 0);
        other.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        world.sign_in("owner@example.com", NEW).await;
    }

    async fn the_account_page_lists_the_sessions_and_ends_them(world: World) {
        let here = world.owner().await;
        let chromium = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                        Chrome/142.0.0.0 Safari/537.36";
        let fields = [("email", "owner@example.com"), ("password", "sandbox-owner")];
        let request = world.anonymous().form("/login", &fields).await;
        let request = request.header("user-agent", chromium);
        let mut there = world.anonymous();
        there.cookie = Some(session_cookie(&request.send().await.expect("an answer")));

        let html = here.html("/account").await;
        for text in ["Olivia Owner", "owner@example.com", "Chromium on Linux", "Unknown device",
            "This session", "End the session of Chromium on Linux", "Deutsch", "Signed in "] {
            assert!(html.contains(text), "{text}: {html}");
        }
        assert_eq!(ends(&html), 1);
        let path = format!("/account/sessions/{}/end", first_session(&html));
        let colleague = world.person("colleague@example.com", DEMO, Role::Owner).await;
        colleague.submit(&path, &[]).await.says("there any more");
        let landing = here.submit(&path, &[]).await;
        assert_eq!(landing.to, "/account");
        landing.says("The session has ended.");
        assert_eq!(ends(&landing.html), 0);
        there.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        here.submit(&path, &[]).await.says("there any more");
    }

    async fn signing_out_everywhere_leads_to_the_sign_in_page(world: World) {
        let (here, there) = (world.owner().await, world.owner().await);
        let request = here.form("/account/sign-out-everywhere", &[TENANT]).await;
        let answer = request.send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), location(&answer).as_str()), (303, "/login"));
        let cookie = answer.headers()[SET_COOKIE].to_str().expect("ASCII").to_owned();
        assert!(cookie.starts_with("portal_session=;") && cookie.contains("Max-Age=0"), "{cookie}");
        for person in [&here, &there] {
            person.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        }
    }

    async fn nobody_s_account_forms_lead_to_the_sign_in_page_and_back(world: World) {
        world.owner().await;
        let nobody = world.anonymous();
        let fields = [("current_password", "sandbox-owner"), ("new_password", NEW)];
        for path in ["password", "sessions/session_1/end", "sign-out-everywhere"] {
            let landing = nobody.submit(&format!("/account/{path}"), &fields).await;
            assert_eq!(landing.to, "/login?next=%2Faccount", "{path}");
        }
        world.owner().await;
    }
}

/// What a cookie carries.
fn read_base64(value: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let bytes = URL_SAFE_NO_PAD.decode(value).expect("base64");
    String::from_utf8(bytes).expect("text")
}
