//! Signing in with an OpenID Connect provider.

mod invitations;

use crate::helpers::*;
use crate::people::told;
use portal::model::Role;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Method, Response};
use serde_json::{Value, json};

const OWNER: &str = "owner@example.com";

/// Another process on the same database, with this provider.
async fn with(world: &World, provider: &Provider, more: &[(&str, &str)]) -> World {
    let ours = [
        ("OIDC_ISSUER", provider.url.as_str()),
        ("OIDC_CLIENT_ID", CLIENT_ID),
        ("OIDC_CLIENT_SECRET", CLIENT_SECRET),
    ];
    world.second(&ours.iter().chain(more).copied().collect::<Vec<_>>()).await
}

fn cookies(answer: &Response) -> String {
    let set = answer.headers().get_all(SET_COOKIE).iter();
    let pairs = set.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    pairs.filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("; ")
}

/// Goes to the provider; returns the browser's cookies and the path that the provider redirects to.
async fn to_provider(portal: &World, start: &str) -> (String, String) {
    let nobody = portal.anonymous();
    let answer = nobody.request(Method::GET, start).send().await.expect("an answer");
    assert_eq!(answer.status(), 303);
    let kept = cookies(&answer);
    assert!(!kept.contains("portal_session"), "{kept}");
    let there = nobody.http.get(location(&answer)).send().await.expect("an answer");
    let back = location(&there);
    let at = back.find("/auth/oidc/callback?").expect("the way back");
    (kept, back[at..].to_owned())
}

/// Comes back with the browser's cookies; returns where that leads, and the person as signed in.
async fn back(portal: &World, kept: &str, path: &str) -> (String, Person) {
    let mut person = portal.anonymous();
    let request = person.request(Method::GET, path).header(COOKIE, kept);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 303);
    let now = cookies(&answer);
    person.cookie = now.contains("portal_session=").then_some(now);
    (location(&answer), person)
}

async fn sign_on(portal: &World) -> (String, Person) {
    let (kept, path) = to_provider(portal, "/auth/oidc/start?next=%2Factivity").await;
    back(portal, &kept, &path).await
}

/// Signs in, which must succeed.
async fn signed_on(portal: &World) -> Person {
    let (to, person) = sign_on(portal).await;
    assert_eq!(to, "/activity");
    person
}

/// Tries to sign in, which must fail with this code.
async fn refused(portal: &World, code: &str) {
    let (to, person) = sign_on(portal).await;
    assert_eq!(to, format!("/login?error={code}&next=%2Factivity"));
    assert_eq!(person.cookie, None);
}

async fn viewer(person: &Person) -> Value {
    person.get("/api/portal/viewer").await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_hangs_is_waited_for_once() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", silent.local_addr().expect("an address"));
    let world = World::on_sqlite().await;
    let ours = [("OIDC_ISSUER", url.as_str()), ("OIDC_CLIENT_ID", CLIENT_ID)];
    let portal = world.second(&ours).await;
    let start = async || {
        let asked = std::time::Instant::now();
        let answer = portal.anonymous().request(Method::GET, "/auth/oidc/start").send().await;
        let answer = answer.expect("an answer");
        assert!(location(&answer).contains("error=away"), "{answer:?}");
        asked.elapsed().as_secs()
    };
    let (first, second) = tokio::join!(start(), start());
    assert!(first < 9 && second < 9, "{first} and {second} seconds");
    assert_eq!(start().await, 0);
    assert_eq!(portal.anonymous().get("/healthz").await.status, 200);
}

on_both_databases! {
    async fn an_operator_signs_in_by_the_email_that_the_provider_has_verified(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[]).await;
        provider.signs_in("ada", "Owner@Example.com", json!({}));
        let person = signed_on(&portal).await;
        assert_eq!(viewer(&person).await["email"], OWNER);
        assert_eq!(viewer(&person).await["tenants"][0]["role"], "owner");
        // From then on the provider's subject identifies them.
        provider.signs_in("ada", "ada@elsewhere.example", json!({}));
        assert_eq!(viewer(&signed_on(&portal).await).await["email"], OWNER);
        provider.signs_in("eve", OWNER, json!({}));
        refused(&portal, "other_identity").await;
        // Their password still opens the same account.
        assert_eq!(viewer(&portal.owner().await).await["email"], OWNER);
    }

    async fn who_was_not_added_is_told_what_to_do(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[]).await;
        provider.signs_in("eve", "eve@example.com", json!({}));
        refused(&portal, "not_invited").await;
        let nobody = portal.anonymous();
        let page = nobody.html("/login?error=not_invited").await;
        assert!(page.contains("open its link first; otherwise ask whoever runs this portal."), "{page}");
        let page = nobody.request(Method::GET, "/login?error=not_invited&next=%2Fagents");
        let page = page.header("accept-language", "de").send().await.expect("an answer");
        let page = page.text().await.expect("a page");
        assert!(page.contains("Für Ihre E-Mail-Adresse gibt es kein Konto."), "{page}");
        assert!(page.contains("Weiter mit Single Sign-on"), "{page}");
        assert!(page.contains("href=\"/auth/oidc/start?next=%2Fagents\""), "{page}");
    }

    async fn a_domain_s_people_join_its_tenant_in_the_role_that_the_provider_tells(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[
            ("OIDC_ALLOWED_DOMAINS", "example.org, acme.example=tenant_demo, gone.example=no_such"),
            ("OIDC_ROLE_CLAIM", "realm_access.roles"),
            ("OIDC_OWNER_VALUES", "billing-owner"),
            ("OIDC_ADMIN_VALUES", "billing, finance"),
        ]).await;
        for (roles, role) in [
            (json!(["staff"]), "member"),
            (json!(["staff"]), "member"),
            (json!(["staff", "finance"]), "admin"),
            (json!(["finance", "billing-owner"]), "owner"),
            (json!([]), "member"),
        ] {
            let claims = json!({"realm_access": {"roles": roles}});
            provider.signs_in("ada", "ada@acme.example", claims);
            let viewer = viewer(&signed_on(&portal).await).await;
            assert_eq!((&viewer["name"], &viewer["email"]), (&json!("Ada Lovelace"), &json!("ada@acme.example")));
            let tenant = &viewer["tenants"][0];
            assert_eq!((&tenant["tenant_id"], &tenant["role"]), (&json!(DEMO), &json!(role)));
        }
        // An unchanged role is not recorded again.
        let expected = [
            "operator_joined by Ada Lovelace: Ada Lovelace, member",
            "operator_role_changed by Ada Lovelace: Ada Lovelace, admin",
            "operator_role_changed by Ada Lovelace: Ada Lovelace, owner",
            "operator_role_changed by Ada Lovelace: Ada Lovelace, member",
        ];
        assert_eq!(told(&portal.owner().await, DEMO).await, expected);
        for (email, code) in [
            ("eve@example.com", "domain"),
            ("eve@sub.acme.example", "domain"),
            ("eve@example.org", "not_invited"),
            ("eve@gone.example", "not_invited"),
        ] {
            provider.signs_in("eve", email, json!({}));
            refused(&portal, code).await;
        }
    }

    async fn who_signs_in_by_the_provider_alone_has_no_password_to_guess_or_change(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[("OIDC_ALLOWED_DOMAINS", "acme.example=tenant_demo")]).await;
        provider.signs_in("ada", "ada@acme.example", json!({}));
        let person = signed_on(&portal).await;
        for password in ["", "a guess"] {
            let login = json!({"email": "ada@acme.example", "password": password});
            portal.anonymous().post("/api/auth/login", login).await.refused(401, "wrong_credentials");
            let change = json!({"current_password": password, "new_password": "a better secret"});
            let answer = person.post("/api/portal/account/password", change).await;
            answer.refused(422, "wrong_password");
        }
        let account = person.get("/api/portal/account").await.ok();
        assert_eq!(account["has_password"], false);
        assert!(!person.html("/account").await.contains("name=\"new_password\""));
        assert!(portal.owner().await.html("/account").await.contains("name=\"new_password\""));
    }

    async fn a_role_given_in_the_portal_stays_where_the_provider_tells_none(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[("OIDC_ALLOWED_DOMAINS", "example.com=tenant_demo")]).await;
        provider.signs_in("olivia", OWNER, json!({}));
        let viewer = viewer(&signed_on(&portal).await).await;
        assert_eq!(viewer["tenants"][0]["role"], "owner");
        assert!(told(&portal.owner().await, DEMO).await.is_empty());
    }

    async fn a_token_that_is_not_right_lets_nobody_in(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[]).await;
        provider.signs_in("ada", OWNER, json!({}));
        for fault in [
            Fault::WrongNonce,
            Fault::WrongAudience,
            Fault::WrongIssuer,
            Fault::Expired,
            Fault::BadSignature,
            Fault::Unsigned,
            Fault::SharedSecret,
        ] {
            provider.lies(Some(fault));
            let (to, person) = sign_on(&portal).await;
            assert_eq!(to, "/login?error=untrusted&next=%2Factivity", "{fault:?}");
            assert_eq!(person.cookie, None, "{fault:?}");
        }
        provider.lies(None);
        for unverified in [json!({"email_verified": false}), json!({"email_verified": null})] {
            provider.signs_in("ada", OWNER, unverified);
            refused(&portal, "unverified").await;
        }
        provider.signs_in("ada", OWNER, json!({"email": null}));
        refused(&portal, "unverified").await;
        provider.signs_in("ada", OWNER, json!({}));
        provider.refuses(true);
        refused(&portal, "denied").await;
        provider.refuses(false);
        signed_on(&portal).await;
    }

    async fn keys_are_kept_and_read_anew_when_the_provider_signs_with_others(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[]).await;
        provider.signs_in("ada", OWNER, json!({}));
        signed_on(&portal).await;
        signed_on(&portal).await;
        assert_eq!(provider.keys_read(), 1);
        provider.signs_by_rsa();
        signed_on(&portal).await;
        assert_eq!(provider.keys_read(), 2);
        // The keys are not read again for every made-up key.
        provider.rotates();
        refused(&portal, "untrusted").await;
        assert_eq!(provider.keys_read(), 2);
    }

    async fn only_the_browser_that_began_a_sign_in_can_finish_it_and_once(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[]).await;
        provider.signs_in("ada", OWNER, json!({}));
        let (kept, path) = to_provider(&portal, "/auth/oidc/start").await;
        let (other, _) = to_provider(&portal, "/auth/oidc/start").await;
        for cookie in ["", "portal_sign_on=nonsense", &other] {
            let (to, person) = back(&portal, cookie, &path).await;
            assert_eq!((to.as_str(), person.cookie), ("/login?error=expired&next=%2Fbilling", None));
        }
        assert_eq!(back(&portal, &kept, &path).await.0, "/billing");
        let (to, person) = back(&portal, &kept, &path).await;
        assert_eq!((to.as_str(), person.cookie), ("/login?error=denied&next=%2Fbilling", None));
        let (to, _) = back(&portal, &kept, "/auth/oidc/callback").await;
        assert_eq!(to, "/login?error=expired&next=%2Fbilling");
    }

    async fn made_up_returns_do_not_have_the_provider_asked_without_end(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[]).await;
        let (kept, path) = to_provider(&portal, "/auth/oidc/start").await;
        let (_, state) = path.split_once("state=").expect("a state");
        let state = state.split('&').next().unwrap_or_default();
        let made_up = format!("/auth/oidc/callback?state={state}&code=made_up");
        for _ in 0..100 {
            assert_eq!(back(&portal, &kept, &made_up).await.0, "/login?error=denied&next=%2Fbilling");
        }
        let (to, _) = back(&portal, &kept, &path).await;
        assert_eq!(to, "/login?error=throttled&next=%2Fbilling");
    }

    async fn it_leads_back_to_pages_of_the_portal_alone(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[]).await;
        provider.signs_in("ada", OWNER, json!({}));
        let start = "/auth/oidc/start?next=%2F%2Fevil.example";
        let (kept, path) = to_provider(&portal, start).await;
        assert_eq!(back(&portal, &kept, &path).await.0, "/billing");
    }

    async fn it_ends_the_session_that_was_there_before(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[]).await;
        provider.signs_in("ada", OWNER, json!({}));
        let before = portal.owner().await;
        let (kept, path) = to_provider(&portal, "/auth/oidc/start").await;
        let both = format!("{kept}; {}", before.cookie.clone().expect("a session"));
        let (_, now) = back(&portal, &both, &path).await;
        before.get("/api/portal/viewer").await.refused(401, "unauthenticated");
        viewer(&now).await;
    }

    async fn a_provider_that_is_away_stops_nobody_with_a_password(world: World) {
        let provider = Provider::start().await;
        let portal = with(&world, &provider, &[]).await;
        drop(provider);
        let answer = portal.anonymous().request(Method::GET, "/auth/oidc/start").send().await;
        assert_eq!(location(&answer.expect("an answer")), "/login?error=away&next=%2Fbilling");
        portal.person("member@example.com", DEMO, Role::Member).await;
        // Without a provider, no page offers one.
        assert!(!world.anonymous().html("/login").await.contains("/auth/oidc"));
        assert!(portal.anonymous().html("/login").await.contains("/auth/oidc/start"));
    }
}
