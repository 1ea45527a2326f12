//! Invitations of people who use single sign-on.

use super::*;

on_both_databases! {
    async fn who_has_no_password_accepts_an_invitation_by_single_sign_on(world: World) {
        let provider = Provider::start().await;
        let domains = ("OIDC_ALLOWED_DOMAINS", "acme.example=tenant_acme");
        world.command(&["tenant", "add", "Acme", "--id", "tenant_acme"]).await.line();
        let portal = with(&world, &provider, &[domains]).await;
        provider.signs_in("ada", "ada@acme.example", json!({}));
        signed_on(&portal).await;
        let invite = ["operator", "invite", "ada@acme.example", "--tenant", DEMO, "--role", "admin"];
        let link = world.command(&invite).await.line();
        let path = link.strip_prefix(&world.portal.url).expect("a link of the portal's");
        let guessed = portal.anonymous().form(path, &[("password", PASSWORD)]).await;
        assert_eq!(guessed.send().await.expect("an answer").status(), 401);
        // Signed out, they are offered single sign-on, which leads back here.
        let start = format!("/auth/oidc/start?next={}", path.replace('/', "%2F"));
        let page = portal.anonymous().html(path).await;
        assert!(page.contains(&format!("href=\"{start}\"")), "{page}");
        assert!(!page.contains("name=\"password\"") && !page.contains("data-kind=\"primary\""), "{page}");
        let (kept, callback) = to_provider(&portal, &start).await;
        let (to, ada) = back(&portal, &kept, &callback).await;
        assert_eq!(to, path);
        assert!(ada.html(path).await.contains("You are signed in as ada@acme.example."));
        // Without single sign-on, they are told whom to ask.
        let page = world.anonymous().html(path).await;
        assert!(page.contains("no password yet") && !page.contains("name=\"password\""), "{page}");
        let accepted = ada.form(path, &[]).await.send().await.expect("an answer");
        assert_eq!(accepted.status(), 303);
        let ada = Person { cookie: Some(session_cookie(&accepted)), ..ada };
        let tenants = viewer(&ada).await["tenants"].as_array().expect("tenants").len();
        assert_eq!(tenants, 2);
    }
}
