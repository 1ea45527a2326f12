//! The pages' language and appearance.

use crate::helpers::*;
use portal::model::Role;
use reqwest::Method;
use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, SET_COOKIE};
use serde_json::{Value, json};

async fn page(person: &Person, accepted: &str, cookie: &str) -> String {
    let request = person.request(Method::GET, "/login").header(ACCEPT_LANGUAGE, accepted);
    let request = request.header(COOKIE, cookie);
    request.send().await.expect("an answer").text().await.expect("a page")
}

/// The address of the Checkout that a browser with these languages gets.
async fn order(person: &Person, tenant: &str, accepted: &str) -> Value {
    let request = person.request(Method::POST, "/api/portal/billing/checkout");
    let body = json!({"tenant_id": tenant, "agent_count": 1});
    let answer = request.header(ACCEPT_LANGUAGE, accepted).json(&body).send().await;
    Answer::from(answer.expect("an answer")).await.ok()["checkout_url"].clone()
}

on_both_databases! {
    async fn the_browser_s_language_is_spoken_until_another_is_chosen(world: World) {
        let nobody = world.anonymous();
        let german = page(&nobody, "de-CH, en;q=0.5", "").await;
        assert!(german.contains("<html lang=\"de\">") && german.contains("Anmelden"), "{german}");
        let english = page(&nobody, "de", "portal_language=en").await;
        assert!(english.contains("<html lang=\"en\">") && english.contains("Sign in"), "{english}");

        let fields = [("language", "de"), ("next", "/login?next=%2Fagents")];
        let landing = nobody.submit("/preferences", &fields).await;
        assert_eq!(landing.to, "/login?next=%2Fagents");
        landing.says("<html lang=\"de\">").says("Anmelden");
    }

    async fn checkout_speaks_the_language_that_was_chosen(world: World) {
        let mut owner = world.owner().await;
        let open = async |owner: &Person| {
            owner.post("/api/portal/billing/checkout", json!({"tenant_id": DEMO, "agent_count": 1})).await.ok();
            let open = world.stripe(Method::GET, "/checkout/sessions", &[("status", "open")]).await;
            assert_eq!(open["data"].as_array().expect("a list").len(), 1, "{open}");
            open["data"][0].clone()
        };
        let first = open(&owner).await;
        assert_eq!(first["locale"], Value::Null);
        assert_eq!(open(&owner).await["id"], first["id"]);
        let cookie = owner.cookie.take().expect("a session");
        owner.cookie = Some(format!("{cookie}; portal_language=de"));
        let german = open(&owner).await;
        assert!(german["locale"] == "de" && german["id"] != first["id"], "{german}");
    }

    async fn a_customer_speaks_the_browser_s_first_language_if_the_portal_does(world: World) {
        for (tenant, accepted, locales) in [
            ("tenant_de", "de-AT, en;q=0.5", json!(["de"])),
            ("tenant_fr", "en;q=0.5, fr;q=0.9", json!([])),
        ] {
            let owner = world.person(&format!("{tenant}@example.com"), tenant, Role::Owner).await;
            let first = order(&owner, tenant, accepted).await;
            let found = world.stripe(Method::GET, "/checkout/sessions", &[("status", "open")]).await;
            let opened = &found["data"][0];
            // Checkout follows each browser by itself: a colleague's takes nobody's away.
            assert_eq!(opened["locale"], Value::Null);
            assert_eq!(order(&owner, tenant, "en, de;q=0.5").await, first);
            let customer = format!("/customers/{}", opened["customer"].as_str().expect("a customer"));
            let customer = world.stripe(Method::GET, &customer, &[]).await;
            assert_eq!(customer["preferred_locales"], locales);
        }
    }

    async fn the_appearance_that_was_chosen_is_there_with_the_page(world: World) {
        let owner = world.owner().await;
        let landing = owner.submit("/preferences", &[("theme", "dark"), ("next", "/billing")]).await;
        landing.says("<html lang=\"en\" data-theme=\"dark\">");
    }

    async fn a_choice_leads_nowhere_else_and_nonsense_chooses_nothing(world: World) {
        let nobody = world.anonymous();
        for next in ["https://evil.example", "//evil.example", "/\\evil.example"] {
            let request = nobody.request(Method::POST, "/preferences");
            let fields = [("language", "tlh"), ("theme", "pink"), ("next", next)];
            let answer = request.form(&fields).send().await.expect("an answer");
            assert_eq!((answer.status().as_u16(), location(&answer).as_str()), (303, "/"));
            assert!(answer.headers().get(SET_COOKIE).is_none());
        }
    }
}
