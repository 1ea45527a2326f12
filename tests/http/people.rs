//! `portal operator`: managing people on the command line.

use crate::helpers::*;
use crate::invitations::unusable;
use serde_json::{Value, json};

/// The timeline's entries about people, as "kind by actor: subject, role", oldest first.
pub async fn told(person: &Person, tenant: &str) -> Vec<String> {
    let path = format!("/api/portal/activity?tenant_id={tenant}&topic=people");
    let page = person.get(&path).await.ok();
    let entries = page["entries"].as_array().expect("entries").iter().rev();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    entries
        .map(|entry| {
            let by = entry["actor"]["name"].as_str().or(entry["actor"]["type"].as_str());
            let (kind, by) = (text(&entry["kind"]), by.expect("an actor"));
            format!("{kind} by {by}: {}, {}", text(&entry["subject"]), text(&entry["after"]))
        })
        .collect()
}

on_both_databases! {
    async fn an_operator_is_added_with_a_password_from_standard_input(world: World) {
        let add = ["operator", "add", "Ada@Example.com", "--name", "Ada", "--tenant", DEMO,
            "--role", "admin", "--password-stdin"];
        let weak = world.command_given("too short\n", &add).await;
        weak.fails(1, "12 to 1024 characters");
        // As password managers print them, with notes below.
        let kept = format!("{PASSWORD}\r\nurl: https://portal.example.com\n");
        world.command_given(&kept, &add).await.done();
        let ada = world.sign_in("ada@example.com", PASSWORD).await;
        let viewer = ada.get("/api/portal/viewer").await.ok();
        assert_eq!(viewer["tenants"][0]["role"], "admin");
        assert_eq!(told(&ada, DEMO).await, ["operator_joined by portal: Ada, admin"]);
        assert!(ada.html("/activity?topic=people").await.contains("Command line"));
        let again = world.command_given(PASSWORD, &add).await;
        again.fails(1, "has an account");
    }

    async fn an_operator_added_without_a_password_chooses_one_by_a_link(world: World) {
        let add = ["operator", "add", "ada@example.com", "--name", "Ada", "--tenant", DEMO,
            "--role", "member"];
        let link = world.command(&add).await.line();
        let path = link.strip_prefix(&world.portal.url).expect("a link of the portal's");
        let guess = json!({"email": "ada@example.com", "password": ""});
        world.anonymous().post("/api/auth/login", guess).await.refused(401, "wrong_credentials");
        // Until then nobody asks for a password that there isn't.
        world.command(&["tenant", "add", "--id", "acme", "Acme Ltd"]).await.done();
        let invite = ["operator", "invite", "ada@example.com", "--tenant", "acme", "--role", "member"];
        let invited = world.command(&invite).await.line();
        let invited = invited.strip_prefix(&world.portal.url).expect("a link of the portal's");
        let page = world.anonymous().html(invited).await;
        assert!(page.contains("no password yet") && !page.contains("name=\"password\""), "{page}");
        let landing = world.anonymous().submit(path, &[("password", PASSWORD)]).await;
        assert_eq!(landing.to, "/billing");
        landing.says("ada@example.com");
        world.sign_in("ada@example.com", PASSWORD).await;
    }

    async fn the_only_owner_of_a_tenant_stays_one(world: World) {
        let lower = ["operator", "add", "owner@example.com", "--tenant", DEMO, "--role", "admin"];
        world.command(&lower).await.fails(1, "make somebody else an owner first");
        world.person("ada@example.com", DEMO, portal::model::Role::Owner).await;
        world.command(&lower).await.done();
        world.command(&lower).await.done();
        let owner = world.owner().await;
        let viewer = owner.get("/api/portal/viewer").await.ok();
        assert_eq!(viewer["tenants"][0]["role"], "admin");
        // Recorded once, with the previous role.
        let changed = "operator_role_changed by portal: Olivia Owner, admin";
        assert_eq!(told(&owner, DEMO).await, [changed]);
        let page = owner.html("/activity?topic=people").await;
        assert!(page.contains("Olivia Owner: role changed from owner to admin"), "{page}");
    }

    async fn an_operator_with_an_account_joins_another_tenant_at_once(world: World) {
        world.command(&["tenant", "add", "--id", "acme", "Acme Ltd"]).await.done();
        let join = |role| {
            let add = ["operator", "add", "owner@example.com", "--tenant", "acme", "--role", role];
            add.map(str::to_owned)
        };
        for role in ["member", "owner"] {
            let add = join(role);
            let add: Vec<&str> = add.iter().map(String::as_str).collect();
            assert_eq!(world.command(&add).await.done(), "");
        }
        let viewer = world.owner().await.get("/api/portal/viewer").await.ok();
        let roles: Vec<&Value> =
            viewer["tenants"].as_array().expect("tenants").iter().map(|one| &one["role"]).collect();
        assert_eq!(roles, ["owner", "owner"]);
        let list = world.command(&["operator", "list"]).await.done();
        assert!(list.contains("acme (owner), tenant_demo (owner)"), "{list}");
        let of_acme = world.command(&["operator", "list", "--tenant", "acme", "--json"]).await.json();
        assert_eq!(of_acme[0]["email"], "owner@example.com");
        let acme = json!([{"tenant_id": "acme", "tenant_name": "Acme Ltd", "role": "owner"}]);
        assert_eq!(of_acme[0]["tenants"], acme);
    }

    async fn somebody_who_is_removed_is_out_from_their_next_request_on(world: World) {
        let ada = world.person("ada@example.com", DEMO, portal::model::Role::Admin).await;
        world.command(&["tenant", "add", "--id", "acme", "Acme Ltd"]).await.done();
        let join = ["operator", "add", "ada@example.com", "--tenant", "acme", "--role", "owner"];
        world.command(&join).await.done();
        let at_demo = format!("/api/portal/tenant?tenant_id={DEMO}");
        ada.get(&at_demo).await.ok();

        let remove = ["operator", "remove", "Ada@example.com", "--tenant", DEMO];
        assert_eq!(world.command(&remove).await.line(), format!("ada@example.com is out of {DEMO}."));
        ada.get(&at_demo).await.refused(404, "not_found");
        ada.get("/api/portal/tenant?tenant_id=acme").await.ok();
        let owner = world.owner().await;
        let removed = "operator_removed by portal: ada@example.com, -";
        assert_eq!(told(&owner, DEMO).await.last().map(String::as_str), Some(removed));
        assert!(owner.html("/activity").await.contains("ada@example.com was removed"));
        world.command(&remove).await.fails(1, "neither belongs to");

        let only_owner = ["operator", "remove", "ada@example.com", "--tenant", "acme"];
        world.command(&only_owner).await.fails(1, "make somebody else an owner first");
        ada.get("/api/portal/tenant?tenant_id=acme").await.ok();
    }

    async fn an_invitation_is_listed_until_it_is_used_or_taken_back(world: World) {
        let invite = |email| ["operator", "invite", email, "--tenant", DEMO, "--role", "member"];
        let link = world.command(&invite("Bea@example.com")).await.line();
        world.command(&invite("ada@example.com")).await.line();
        let list = ["operator", "invitations", "--tenant", DEMO, "--json"];
        let open = world.command(&list).await.json();
        let emails = [&open[0]["email"], &open[1]["email"], &open[2]];
        assert_eq!(emails, [&json!("ada@example.com"), &json!("bea@example.com"), &Value::Null]);
        assert_eq!((&open[0]["tenant_id"], &open[0]["role"]), (&json!(DEMO), &json!("member")));
        let table = world.command(&["operator", "invitations"]).await.done();
        assert!(table.contains("EMAIL") && table.contains(" UTC"), "{table}");

        let remove = ["operator", "remove", "bea@example.com", "--tenant", DEMO];
        world.command(&remove).await.done();
        let path = link.strip_prefix(&world.portal.url).expect("a link of the portal's");
        unusable(&world.anonymous(), path).await;
        let open = world.command(&list).await.json();
        assert_eq!(open.as_array().map(Vec::len), Some(1));
        let owner = world.owner().await;
        let taken_back = "operator_removed by portal: -, -";
        assert_eq!(told(&owner, DEMO).await.last().map(String::as_str), Some(taken_back));
        assert!(owner.html("/activity").await.contains("An invitation was taken back"));
        let none = ["operator", "invitations", "--tenant", "none"];
        world.command(&none).await.fails(1, "there is no tenant 'none'");
    }

    async fn what_can_t_be_done_about_people_is_said(world: World) {
        let none = ["operator", "invite", "ada@example.com", "--tenant", "none", "--role", "owner"];
        world.command(&none).await.fails(1, "there is no tenant 'none'");
        let none = ["operator", "list", "--tenant", "none"];
        world.command(&none).await.fails(1, "there is no tenant 'none'");
        let nobody = ["operator", "reset", "ada@example.com"];
        world.command(&nobody).await.fails(1, "nobody signs in as ada@example.com");
        let nameless = ["operator", "add", "ada@example.com", "--tenant", DEMO, "--role", "owner"];
        world.command(&nameless).await.fails(2, "--name");
    }
}
