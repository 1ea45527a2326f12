//! Platform administrators see all tenants and change nothing, and each look is recorded.

use crate::helpers::*;
use portal::model::Role;
use reqwest::Method;
use serde_json::{Value, json};

const STAFF: &str = "staff@example.com";

/// A platform administrator who is not in the demo's tenant.
async fn staff(world: &World) -> Person {
    let person = world.person(STAFF, "tenant_own", Role::Owner).await;
    world.command(&["operator", "platform-admin", STAFF]).await.line();
    person
}

/// The looks recorded in the demo's timeline, newest first: who, and at what.
async fn looks(owner: &Person) -> Vec<(String, Value)> {
    let path = format!("/api/portal/activity?tenant_id={DEMO}&topic=access");
    let page = owner.get(&path).await.ok();
    let look = |entry: &Value| {
        assert_eq!(entry["kind"], "looked_at");
        (entry["actor"]["name"].as_str().expect("a name").to_owned(), entry["subject"].clone())
    };
    page["entries"].as_array().expect("entries").iter().map(look).collect()
}

async fn names(person: &Person, query: &str) -> (Vec<String>, Value) {
    let page = person.get(&format!("/api/portal/tenants{query}")).await.ok();
    let tenants = page["tenants"].as_array().expect("tenants").iter();
    let names = tenants.map(|one| one["tenant_name"].as_str().expect("a name").to_owned());
    (names.collect(), page["next"].clone())
}

async fn tenants(world: &World, named: impl Iterator<Item = (String, String)>) {
    for (id, name) in named {
        let id = id.parse().expect("an id");
        let now = chrono::Utc::now();
        world.portal.db.create_tenant(&id, &name, now).await.expect("a tenant");
    }
}

on_both_databases! {
    async fn each_look_is_told_before_anything_is_shown(world: World) {
        let owner = world.owner().await;
        let staff = staff(&world).await;
        let look = |view: &str| (STAFF.to_owned(), json!(view));
        let page = staff.html(&format!("/agents?tenant_id={DEMO}")).await;
        assert!(page.contains("Demo Company"), "{page}");
        assert!(page.contains("Only owners and admins can change this."), "{page}");
        assert_eq!(looks(&owner).await, [look("agents")]);
        // Requests of an open page belong to the same look; another page is another look.
        for path in ["tenant", "agents", "activity", "billing/invoices", "billing/next_charge"] {
            staff.get(&format!("/api/portal/{path}?tenant_id={DEMO}")).await.ok();
        }
        let at_each_page = [look("activity"), look("billing"), look("agents")];
        assert_eq!(looks(&owner).await, at_each_page);
        let activity = owner.html("/activity").await;
        assert!(activity.contains("A platform administrator looked at: Billing"), "{activity}");

        // Another session is another look.
        let again = world.sign_in(STAFF, PASSWORD).await;
        again.get(&format!("/api/portal/agents?tenant_id={DEMO}")).await.ok();
        let told = [&[look("agents")][..], &at_each_page].concat();
        assert_eq!(looks(&owner).await, told);
        // Viewing one's own company is not recorded.
        staff.get("/api/portal/tenant?tenant_id=tenant_own").await.ok();
        let own = staff.get("/api/portal/activity?tenant_id=tenant_own").await.ok();
        assert_eq!(own["entries"], json!([]));
    }

    async fn what_is_refused_is_no_secret_look(world: World) {
        let owner = world.owner().await;
        let staff = staff(&world).await;
        let body = json!({"tenant_id": DEMO, "name": "Ada"});
        staff.post("/api/portal/agents", body).await.refused(403, "forbidden");
        assert_eq!(looks(&owner).await, [(STAFF.to_owned(), Value::Null)]);
        let activity = owner.html("/activity").await;
        let told = "A platform administrator tried to change something: refused";
        assert!(activity.contains(told), "{activity}");
        assert!(owner.agents().await.is_empty());
    }

    async fn the_list_of_operators_says_who_sees_every_tenant(world: World) {
        staff(&world).await;
        let list = world.command(&["operator", "list"]).await.done();
        assert!(list.contains("tenant_own (owner), platform administrator"), "{list}");
        assert_eq!(list.matches("platform administrator").count(), 1, "{list}");
        for (tenant, is) in [(DEMO, json!(false)), ("tenant_own", json!(true))] {
            let list = ["operator", "list", "--tenant", tenant, "--json"];
            assert_eq!(world.command(&list).await.json()[0]["platform_admin"], is, "{tenant}");
        }
    }

    async fn no_longer_a_platform_administrator_from_the_next_request_on(world: World) {
        let staff = staff(&world).await;
        let path = format!("/api/portal/tenant?tenant_id={DEMO}");
        staff.get(&path).await.ok();
        let (id, _) = world.portal.db.credentials(STAFF).await.expect("a query").expect("known");
        assert!(world.portal.db.set_platform_admin(&id, false).await.expect("an update"));
        staff.get(&path).await.refused(404, "not_found");
        staff.get("/api/portal/tenants").await.refused(403, "not_platform");
    }

    async fn a_tenant_that_is_not_there_is_not_found_by_them_either(world: World) {
        let staff = staff(&world).await;
        staff.get("/api/portal/tenant?tenant_id=tenant_none").await.refused(404, "not_found");
        let body = json!({"tenant_id": "tenant_none"});
        staff.post("/api/portal/billing/refresh", body).await.refused(404, "not_found");
        let page = staff.request(Method::GET, "/billing?tenant_id=tenant_none").send().await;
        assert_eq!(page.expect("an answer").status(), 404);
    }

    async fn tenants_are_found_by_name_and_id_and_listed_in_pages(world: World) {
        let staff = staff(&world).await;
        let numbered = (0..60).map(|n| (format!("bulk_{n}"), format!("Bulk {n:02}")));
        let odd =
            [("odd_1", "Zoë's 100% _Bakery"), ("odd_2", "zoology"), ("odd_3", "Österreich Post")];
        let odd = odd.map(|(id, name)| (id.to_owned(), name.to_owned()));
        tenants(&world, numbered.chain(odd)).await;

        let (found, next) = names(&staff, "?search=BULK").await;
        assert_eq!((found.len(), found[0].as_str(), found[49].as_str()), (50, "Bulk 00", "Bulk 49"));
        let after = format!("?search=BULK&after={}", next.as_str().expect("more"));
        let (found, next) = names(&staff, &after).await;
        assert_eq!((found.len(), found[0].as_str(), next), (10, "Bulk 50", Value::Null));

        for (search, expected) in [
            ("?search=zo", vec!["zoology", "Zoë's 100% _Bakery"]),
            ("?search=zo%C3%AB", vec!["Zoë's 100% _Bakery"]),
            ("?search=%C3%96st", vec!["Österreich Post"]),
            ("?search=%25", vec![]),
            ("?search=zo%00", vec![]),
            ("?search=odd_2", vec!["zoology"]),
            ("?search=bulk_7", vec!["Bulk 07"]),
            ("?search=demo", vec!["Demo Company"]),
        ] {
            assert_eq!(names(&staff, search).await.0, expected, "{search}");
        }
        let (all, _) = names(&staff, "").await;
        assert_eq!((all.len(), all[0].as_str()), (50, "Bulk 00"));
    }

    async fn the_list_of_tenants_works_without_scripts(world: World) {
        let staff = staff(&world).await;
        for path in ["/", "/login", "/billing"] {
            assert_eq!(staff.follow(path).await.to, "/tenants", "{path}");
        }
        let page = staff.html("/tenants?search=dem").await;
        assert!(page.contains("href=\"/billing?tenant_id=tenant_demo\""), "{page}");
        assert!(page.contains("name=\"search\"") && page.contains("value=\"dem\""), "{page}");
        let (_, list) = page.split_once("<main").expect("the list");
        assert!(!list.contains("tenant_id=tenant_own"), "{list}");
        let owner = world.owner().await;
        assert!(!owner.html("/billing").await.contains("href=\"/tenants\""));
    }

    async fn an_open_page_of_theirs_follows_the_tenant(world: World) {
        let staff = staff(&world).await;
        let (mut stream, _) = staff.stream(DEMO).await;
        world.subscribed(1).await;
        stream.told_within(std::time::Duration::from_secs(10)).await;
    }
}
