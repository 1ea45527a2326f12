//! The OpenAPI document. `make test-api` compares what it says of each response with the running
//! portal.

use crate::helpers::*;
use portal::server::routes;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every `$ref` in the document.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_describes_every_address_of_the_api_and_no_other() {
    let world = World::on_sqlite().await;
    let document = world.anonymous().get("/api/openapi.json").await.ok();
    let paths = document["paths"].as_object().expect("paths");
    let described: BTreeSet<(String, &str)> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods");
            methods.keys().map(|method| (method.to_uppercase(), path.as_str()))
        })
        .collect();
    let served: BTreeSet<(String, &str)> = routes()
        .into_iter()
        .filter(|(_, path)| path.starts_with("/api/"))
        .map(|(method, path)| (method.to_string(), path))
        .collect();
    assert_eq!(described, served);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_document_refers_to_is_in_it() {
    let world = World::on_sqlite().await;
    let document = world.anonymous().get("/api/openapi.json").await.ok();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.contains("#/components/schemas/Tenant"), "{found:?}");
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        assert!(document.pointer(pointer).is_some(), "{reference} is not there");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_without_a_body_is_described_as_one() {
    let world = World::on_sqlite().await;
    let document = world.anonymous().get("/api/openapi.json").await.ok();
    let sign_out = &document["paths"]["/api/auth/logout"]["post"]["responses"];
    assert!(sign_out["200"].is_null() && sign_out["204"]["content"].is_null(), "{sign_out}");
    let sign_in = &document["paths"]["/api/auth/login"]["post"]["responses"];
    assert!(sign_in["431"].is_object() && sign_in["431"]["content"].is_null(), "{sign_in}");
    assert!(sign_in["408"]["content"].is_object(), "{sign_in}");
}
