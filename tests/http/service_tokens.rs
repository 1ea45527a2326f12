//! `portal token`, and what the tokens give access to.

use crate::helpers::*;
use serde_json::Value;

async fn list(world: &World) -> Value {
    world.command(&["token", "list", "--json"]).await.json()
}

on_both_databases! {
    async fn a_service_token_opens_the_entitlements_until_it_is_revoked(world: World) {
        let second = world.second(&[("ENTITLEMENTS_TOKEN", "another-token")]).await;
        let one = world.command(&["token", "add", "agent-runtime"]).await.line();
        let other = world.command(&["token", "add", "reports"]).await.line();
        assert!(one.starts_with("portal_svc_") && one.len() > 50, "{one}");
        let both = [&world, &second];
        for portal in both {
            assert_eq!(portal.ask_entitlements(DEMO, &one).await.ok()["access"], "none");
            assert_eq!(portal.ask_entitlements(DEMO, &other).await.ok()["access"], "none");
        }
        world.ask_entitlements(DEMO, ENTITLEMENTS_TOKEN).await.ok();
        second.ask_entitlements(DEMO, "another-token").await.ok();

        let tokens = list(&world).await;
        assert_eq!((&tokens[0]["name"], &tokens[1]["name"]), (&"agent-runtime".into(), &"reports".into()));
        let id = tokens[0]["id"].as_str().expect("an id");
        let revoked = world.command(&["token", "revoke", id]).await.line();
        assert_eq!(revoked, "Revoked agent-runtime.");
        for portal in both {
            portal.ask_entitlements(DEMO, &one).await.refused(401, "unauthenticated");
            portal.ask_entitlements(DEMO, &other).await.ok();
        }
        world.command(&["token", "revoke", id]).await.fails(1, "there is no token");
    }

    async fn a_service_token_is_told_which_tenants_there_are_and_nobody_else_is(world: World) {
        let token = world.command(&["token", "add", "runtime"]).await.line();
        let last = if token.ends_with('A') { "B" } else { "A" };
        let wrong = format!("{}{last}", &token[..token.len() - 1]);
        for tenant in [DEMO, "tenant_none", "no%20id"] {
            for bad in [wrong.as_str(), "portal_svc_", "", "a-long-and-random"] {
                world.ask_entitlements(tenant, bad).await.refused(401, "unauthenticated");
            }
        }
        for tenant in ["tenant_none", "no%20id"] {
            world.ask_entitlements(tenant, &token).await.refused(404, "not_found");
        }
    }

    async fn both_kinds_of_token_are_answered_the_same(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        owner.hire("Bob").await.ok();
        let token = world.command(&["token", "add", "runtime"]).await.line();
        let by_environment = world.ask_entitlements(DEMO, ENTITLEMENTS_TOKEN).await.ok();
        assert_eq!(by_environment["active_agents"].as_array().map(Vec::len), Some(2));
        assert_eq!(world.ask_entitlements(DEMO, &token).await.ok(), by_environment);
        let other = world.command(&["tenant", "add", "--id", "empty", "Empty"]).await;
        other.done();
        assert_eq!(world.ask_entitlements("empty", &token).await.ok()["active_agents"], Value::Array(vec![]));
    }

    async fn a_token_s_last_use_is_noted_and_the_token_itself_is_kept_nowhere(world: World) {
        let token = world.command(&["token", "add", "runtime"]).await.line();
        assert_eq!(list(&world).await[0]["last_used_at"], Value::Null);
        world.ask_entitlements(DEMO, &token).await.ok();
        let used = |tokens: &Value| tokens[0]["last_used_at"].is_string();
        let tokens = eventually("its use", async || Some(list(&world).await).filter(used)).await;
        assert!(!tokens.to_string().contains(&token));
        world.ask_entitlements(DEMO, &token).await.ok();
        assert_eq!(list(&world).await, tokens);
        let hashed = format!(
            "UPDATE service_tokens SET name = name WHERE token_hash = '{}'",
            portal::auth::token_hash(&token),
        );
        assert_eq!(world.sql(&hashed).await.expect("a count"), 1);
    }

    async fn two_tokens_have_two_names(world: World) {
        world.command(&["token", "add", "runtime"]).await.line();
        world.command(&["token", "add", "runtime"]).await.fails(1, "there is a token 'runtime' already");
    }
}
