//! `portal stripe setup` on a new account, and on one already set up.

use crate::helpers::*;
use reqwest::Method;
use serde_json::{Value, json};

const SETUP: [&str; 3] = ["stripe", "setup", "--json"];

/// What was done with each thing.
fn did(report: &Value) -> Vec<(&str, &str)> {
    let steps = report["steps"].as_array().expect("steps").iter();
    steps.map(|step| (text(&step["thing"]), text(&step["did"]))).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn all(did: &str) -> Vec<(&str, &str)> {
    let things = ["product", "price", "portal configuration", "webhook endpoint"];
    things.map(|thing| (thing, did)).into()
}

fn id(report: &Value, thing: &str) -> String {
    let steps = report["steps"].as_array().expect("steps");
    let step = steps.iter().find(|step| step["thing"] == thing).expect("the thing");
    step["id"].as_str().expect("an id").to_owned()
}

/// Sets the account up, and sets the endpoint's secret in the portal's environment.
async fn set_up(account: &mut Account) -> Value {
    let (_, report) = account.json(&SETUP).await;
    account.set("STRIPE_WEBHOOK_SECRET", text(&report["environment"]["STRIPE_WEBHOOK_SECRET"]));
    report
}

#[tokio::test]
async fn a_new_account_is_given_all_that_is_needed() {
    let account = Account::new("https://billing.example.com").await;
    let (code, report) = account.json(&SETUP).await;
    assert_eq!((code, did(&report)), (0, all("created")));

    let price =
        account.stripe(Method::GET, &format!("/prices/{}", id(&report, "price")), &[]).await;
    assert_eq!(price["product"], *id(&report, "product"));
    assert_eq!(
        (&price["unit_amount"], &price["currency"], &price["lookup_key"]),
        (&json!(4900), &json!("usd"), &json!("ai_employee_monthly"))
    );
    assert_eq!(price["recurring"]["interval"], "month");
    assert_eq!(price["metadata"], json!({"made_by": "portal"}));

    let configuration = id(&report, "portal configuration");
    assert_eq!(report["environment"]["STRIPE_PORTAL_CONFIGURATION"], *configuration);
    let path = format!("/billing_portal/configurations/{configuration}");
    let features = account.stripe(Method::GET, &path, &[]).await["features"].take();
    assert_eq!(features["subscription_update"]["enabled"], false);
    assert_eq!(features["customer_update"]["allowed_updates"], json!(["email", "address"]));
    assert_eq!(features["subscription_cancel"]["mode"], "at_period_end");
    assert_eq!(features["subscription_cancel"]["cancellation_reason"]["enabled"], true);

    let endpoint = format!("/webhook_endpoints/{}", id(&report, "webhook endpoint"));
    let endpoint = account.stripe(Method::GET, &endpoint, &[]).await;
    assert_eq!(endpoint["url"], "https://billing.example.com/api/webhooks/stripe");
    assert_eq!(endpoint["api_version"], "2026-09-30.endive");
    assert_eq!(endpoint["enabled_events"], json!(portal::webhooks::EVENT_TYPES));
    let secret = report["environment"]["STRIPE_WEBHOOK_SECRET"].as_str().expect("a secret");
    assert!(secret.starts_with("whsec_"));
}

#[tokio::test]
async fn setting_up_again_changes_nothing() {
    let mut account = Account::new("https://billing.example.com").await;
    let first = set_up(&mut account).await;
    let changes = account.front.changes();
    let (code, second) = account.json(&SETUP).await;
    assert_eq!((code, did(&second)), (0, all("found")));
    assert_eq!(account.front.changes(), changes);
    for (thing, _) in all("found") {
        assert_eq!(id(&first, thing), id(&second, thing));
    }
    // The portal still needs the configuration's id; the secret is shown only once.
    let environment = second["environment"].as_object().expect("an object");
    assert_eq!(environment.keys().collect::<Vec<_>>(), ["STRIPE_PORTAL_CONFIGURATION"]);
    let output = account.run(&SETUP[..2]).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("nothing has been changed"), "{said}");
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let account = Account::new("https://billing.example.com").await;
    let dry = [&SETUP[..], &["--dry-run"]].concat();
    let (code, report) = account.json(&dry).await;
    assert_eq!((code, did(&report)), (0, all("would_create")));
    assert_eq!((account.front.changes(), &report["environment"]), (0, &json!({})));
}

#[tokio::test]
async fn what_others_have_changed_is_put_right_where_it_can_be() {
    let mut account = Account::new("https://billing.example.com").await;
    let report = set_up(&mut account).await;
    let configuration =
        format!("/billing_portal/configurations/{}", id(&report, "portal configuration"));
    let endpoint = format!("/webhook_endpoints/{}", id(&report, "webhook endpoint"));
    account.stripe(Method::POST, &configuration, &[("active", "false")]).await;
    let fields = [("disabled", "true"), ("enabled_events[]", "invoice.created")];
    account.stripe(Method::POST, &endpoint, &fields).await;

    let dry = [&SETUP[..], &["--dry-run"]].concat();
    let expected = |word| {
        let mut expected = all("found");
        expected[2].1 = word;
        expected[3].1 = word;
        expected
    };
    assert_eq!(did(&account.json(&dry).await.1), expected("would_change"));
    assert_eq!(did(&account.json(&SETUP).await.1), expected("changed"));
    assert_eq!(did(&account.json(&SETUP).await.1), all("found"));
    let endpoint = account.stripe(Method::GET, &endpoint, &[]).await;
    assert_eq!(endpoint["status"], "enabled");
    assert_eq!(endpoint["enabled_events"], json!(portal::webhooks::EVENT_TYPES));
}

#[tokio::test]
async fn another_price_and_another_version_are_told_and_left_alone() {
    let account = Account::new("https://billing.example.com").await;
    let price = [
        ("currency", "eur"),
        ("unit_amount", "4900"),
        ("recurring[interval]", "month"),
        ("lookup_key", "ai_employee_monthly"),
        ("product_data[name]", "Something else"),
    ];
    account.stripe(Method::POST, "/prices", &price).await;
    let endpoint = [
        ("url", "https://billing.example.com/api/webhooks/stripe"),
        ("enabled_events[]", "*"),
        ("api_version", "2024-06-20"),
    ];
    account.stripe(Method::POST, "/webhook_endpoints", &endpoint).await;
    let (code, report) = account.json(&SETUP).await;
    let expected = vec![
        ("product", "found"),
        ("price", "failed"),
        ("portal configuration", "created"),
        ("webhook endpoint", "failed"),
    ];
    assert_eq!((code, did(&report)), (1, expected));
    for step in report["steps"].as_array().expect("steps") {
        assert_eq!(step["did"] == "failed", step["remedy"].is_string(), "{step}");
    }
    assert_eq!(account.front.changes(), 1);
}

#[tokio::test]
async fn a_product_that_is_there_gets_the_price_that_is_missing() {
    let mut account = Account::new("https://billing.example.com").await;
    let first = set_up(&mut account).await;
    account.set("STRIPE_PRICE", "another_plan");
    let (code, second) = account.json(&SETUP).await;
    let mut expected = all("found");
    expected[1].1 = "created";
    assert_eq!((code, did(&second)), (0, expected));
    assert_eq!(id(&first, "product"), id(&second, "product"));
    account.set("STRIPE_PRICE", "price_none");
    let (code, third) = account.json(&SETUP).await;
    assert_eq!((code, did(&third)[0]), (1, ("price", "failed")));
}

#[tokio::test]
async fn an_archived_price_that_is_named_by_its_id_is_told_with_what_helps() {
    let mut account = Account::new("https://billing.example.com").await;
    let price = id(&set_up(&mut account).await, "price");
    account.set("STRIPE_PRICE", &price);
    assert_eq!(did(&account.json(&SETUP).await.1)[1], ("price", "found"));
    account.stripe(Method::POST, &format!("/prices/{price}"), &[("active", "false")]).await;
    let (code, report) = account.json(&SETUP).await;
    assert_eq!((code, did(&report)[1]), (1, ("price", "failed")));
    let remedy = text(&report["steps"][1]["remedy"]);
    assert!(remedy.contains("another price") && !remedy.contains("lookup key"), "{remedy}");
}

#[tokio::test]
async fn an_endpoint_whose_secret_is_set_nowhere_is_told_with_what_helps() {
    let account = Account::new("https://billing.example.com").await;
    account.json(&SETUP).await;
    let mut expected = all("found");
    expected[3].1 = "failed";
    let dry = [&SETUP[..], &["--dry-run"]].concat();
    for arguments in [&SETUP[..], &dry[..]] {
        let (code, report) = account.json(arguments).await;
        assert_eq!((code, did(&report)), (1, expected.clone()), "{arguments:?}");
        let remedy = text(&report["steps"][3]["remedy"]);
        assert!(remedy.contains("the Dashboard shows under Developers, Webhooks"), "{remedy}");
    }
    let output = account.run(&SETUP[..2]).await;
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!said.contains("nothing has been changed"), "{said}");
    let output = account.run(&["serve"]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("later the Dashboard shows it"), "{said}");
    // The file it writes to may already have the secret.
    let file = account.folder.0.join("portal.env");
    std::fs::write(&file, "STRIPE_WEBHOOK_SECRET=\"whsec_before\"\n").expect("a file");
    let with_file = [&SETUP[..], &["--env-file", "portal.env"]].concat();
    let (code, report) = account.json(&with_file).await;
    assert_eq!((code, did(&report)), (0, all("found")));
    std::fs::write(&file, "STRIPE_WEBHOOK_SECRET=\n").expect("a file");
    assert_eq!(account.json(&with_file).await.0, 1);
}

#[tokio::test]
async fn what_the_environment_needs_goes_into_a_file() {
    let account = Account::new("https://billing.example.com").await;
    let file = account.folder.0.join("portal.env");
    std::fs::write(&file, "# ours\nSTRIPE_WEBHOOK_SECRET=whsec_before\n").expect("a file");
    let (_, report) = account.json(&[&SETUP[..], &["--env-file", "portal.env"]].concat()).await;
    assert_eq!(report["environment"], json!({}));
    let text = std::fs::read_to_string(&file).expect("the file");
    let configuration = id(&report, "portal configuration");
    assert!(text.contains(&format!("\nSTRIPE_PORTAL_CONFIGURATION={configuration}\n")), "{text}");
    assert!(text.starts_with("# ours\n") && text.contains(",whsec_before\n"), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_a_link_leads_to_is_written_and_stays_readable_by_the_same() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let account = Account::new("https://billing.example.com").await;
    let (file, link) = (account.folder.0.join("portal.env"), account.folder.0.join("link.env"));
    std::fs::write(&file, "# ours\n").expect("a file");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o640)).expect("permissions");
    symlink("portal.env", &link).expect("a link");
    let (code, _) = account.json(&[&SETUP[..], &["--env-file", "link.env"]].concat()).await;
    assert_eq!(code, 0);
    let text = std::fs::read_to_string(&file).expect("the file");
    assert!(
        text.starts_with("# ours\n") && text.contains("STRIPE_WEBHOOK_SECRET=whsec_"),
        "{text}"
    );
    let mode = std::fs::metadata(&file).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert!(std::fs::symlink_metadata(&link).expect("the link").is_symlink());
    let there = std::fs::read_dir(&account.folder.0).expect("a folder").count();
    assert_eq!(there, 2, "nothing else is left behind");
}

#[cfg(unix)]
#[tokio::test]
async fn a_write_that_fails_leaves_the_file_as_it_was() {
    let account = Account::new("https://billing.example.com").await;
    let file = account.folder.0.join("portal.env");
    std::fs::write(&file, "# ours\nA=1\n").expect("a file");
    // With this limit no file may grow: the program is killed as it writes.
    let mut portal = std::process::Command::new("/bin/sh");
    portal.args(["-c", "ulimit -f 0; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_portal")]);
    portal.args([&SETUP[..], &["--env-file", "portal.env"]].concat());
    portal.current_dir(&account.folder.0).env_clear().envs(account.environment.clone());
    let run = tokio::task::spawn_blocking(move || portal.output());
    let output = run.await.expect("it ends").expect("the portal runs");
    assert!(!output.status.success(), "{output:?}");
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), "# ours\nA=1\n");
}

#[tokio::test]
async fn a_secret_that_no_file_takes_is_shown() {
    let account = Account::new("https://billing.example.com").await;
    let nowhere = [&SETUP[..], &["--env-file", "no/such/folder/portal.env"]].concat();
    let (code, report) = account.json(&nowhere).await;
    assert_eq!(code, 1);
    assert!(report["environment"]["STRIPE_WEBHOOK_SECRET"].is_string(), "{report}");
}

#[tokio::test]
async fn a_configuration_that_cannot_work_changes_nothing() {
    let mut account = Account::new("https://billing.example.com").await;
    account.environment.retain(|(name, _)| name != "PORTAL_URL");
    let output = account.run(&SETUP).await;
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("PORTAL_URL is missing"), "{text}");
    assert_eq!(account.front.changes(), 0);
}
