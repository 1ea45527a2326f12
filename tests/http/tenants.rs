//! `portal tenant`.

use crate::helpers::*;
use serde_json::json;

/// The cells of a table row.
fn cells(line: &str) -> Vec<&str> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

on_both_databases! {
    async fn tenants_are_added_and_listed(world: World) {
        world.subscribed(3).await;
        world.command(&["tenant", "add", "--id", "acme", " Acme Ltd "]).await.done();
        let list = world.command(&["tenant", "list"]).await.done();
        let lines: Vec<Vec<&str>> = list.lines().map(cells).collect();
        assert_eq!(lines[0], ["ID", "NAME", "STATUS", "SEATS", "SINCE"]);
        assert_eq!(lines[1][..4], ["acme", "Acme Ltd", "none", "0"]);
        assert_eq!(lines[2][..4], [DEMO, "Demo Company", "trialing", "3"]);
        let json = world.command(&["tenant", "list", "--json"]).await.json();
        let facts = |at: usize| {
            let tenant = &json[at];
            json!([tenant["id"], tenant["subscription_status"], tenant["agent_quota"]])
        };
        assert_eq!(facts(0), json!(["acme", "none", 0]));
        assert_eq!(facts(1), json!([DEMO, "trialing", 3]));
        let again = world.command(&["tenant", "add", "--id", "acme", "Other"]).await;
        again.fails(1, "there is a tenant 'acme' already");
    }
}
