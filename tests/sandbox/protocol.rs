//! Keys, errors, idempotency, pagination, expansion.

use portal::sandbox::{Sandbox, SandboxConfig, SandboxError};
use reqwest::Method;

use crate::helpers::{Answer, Bench, id};

#[tokio::test]
async fn only_test_keys_are_let_in() {
    let bench = Bench::start().await;
    let url = format!("{}/v1/customers", bench.sandbox.url());
    for (key, status) in [
        ("sk_test_x", 200),
        ("rk_test_x", 200),
        ("sk_live_x", 401),
        ("pk_test_x", 401),
        ("sk_test_", 401),
    ] {
        let answer =
            Answer::read(bench.client.get(&url).bearer_auth(key).send().await.unwrap()).await;
        assert_eq!(answer.status, status, "{key}");
    }
    let basic = bench.client.get(&url).basic_auth("sk_test_x", Some("")).send().await.unwrap();
    assert_eq!(basic.status(), 200);
    let none = Answer::read(bench.client.get(&url).send().await.unwrap()).await;
    assert_eq!(none.status, 401);
    assert_eq!(none.json()["error"]["type"], "invalid_request_error");
    assert!(none.header("request-id").starts_with("req_"));
}

#[tokio::test]
async fn mistakes_get_stripes_errors() {
    let bench = Bench::start().await;
    let cases = [
        ("GET", "customers/cus_x", "", 404, "resource_missing", "id"),
        ("GET", "checkout/sessions/cs_x", "", 404, "resource_missing", "session"),
        ("GET", "invoices?customer=cus_x", "", 400, "resource_missing", "customer"),
        ("GET", "customers?starting_after=cus_x", "", 400, "resource_missing", "starting_after"),
        ("POST", "billing_portal/sessions", "customer=cus_x", 400, "resource_missing", "customer"),
        ("POST", "invoices/in_x/pay", "payment_method=pm_x", 404, "resource_missing", "invoice"),
        ("POST", "customers", "foo=1", 400, "parameter_unknown", "foo"),
        ("POST", "checkout/sessions", "success_url=http://a.b/", 400, "parameter_missing", "mode"),
        (
            "POST",
            "checkout/sessions",
            "mode=subscription&success_url=http://a.b/",
            400,
            "parameter_missing",
            "line_items",
        ),
        ("GET", "customers?limit=x", "", 400, "parameter_invalid_integer", "limit"),
    ];
    for (method, path, body, status, code, param) in cases {
        let request = bench.request(method.parse().unwrap(), path).body(body);
        let answer = Answer::read(request.send().await.unwrap()).await;
        let error = answer.json()["error"].clone();
        assert_eq!(
            (answer.status, &error["code"], &error["param"]),
            (status, &code.into(), &param.into()),
            "{path}"
        );
    }
    let answer =
        Answer::read(bench.request(Method::GET, "customers/cus_x").send().await.unwrap()).await;
    assert_eq!(answer.json()["error"]["message"], "No such customer: 'cus_x'");
}

#[tokio::test]
async fn malformed_input_never_breaks_it() {
    let bench = Bench::start().await;
    for body in [
        "a[=1",
        "[]=",
        "%zz=%",
        "metadata=x",
        "metadata[a][b]=c",
        "expand=x",
        "expand[]=a.b.c.d.e",
        "email[]=x",
        "limit[]=1",
        "=&=&&",
    ] {
        let answer = bench.try_post("customers", body).await;
        assert!((200..500).contains(&answer.status), "{body}: {}", answer.status);
    }
    for path in [
        "customers?limit=0",
        "customers?limit=101",
        "customers?starting_after=x",
        "customers?created[gte]=x",
        "nothing",
        "customers/a/b/c",
    ] {
        let answer = Answer::read(bench.request(Method::GET, path).send().await.unwrap()).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    }
}

#[tokio::test]
async fn an_email_that_stripe_does_not_take_is_refused() {
    let bench = Bench::start().await;
    let customer = bench.customer().await;
    for path in ["customers".to_owned(), format!("customers/{customer}")] {
        for email in ["ada", "ada@localhost", "ada@caf%C3%A9.example"] {
            let answer = bench.try_post(&path, &format!("email={email}")).await;
            let body = answer.json();
            let error = &body["error"];
            assert_eq!((answer.status, &error["code"]), (400, &"email_invalid".into()), "{email}");
            assert_eq!(error["param"], "email");
            let message = error["message"].as_str().unwrap();
            assert!(message.starts_with("Invalid email address: ada"), "{message}");
        }
    }
}

#[tokio::test]
async fn a_key_used_again_replays_the_first_answer() {
    let bench = Bench::start().await;
    let send = |body: &'static str| {
        bench.request(Method::POST, "customers").header("Idempotency-Key", "k1").body(body).send()
    };
    let first = Answer::read(send("email=a@b.c&name=Ada").await.unwrap()).await;
    for same in ["email=a@b.c&name=Ada", "name=Ada&email=a%40b.c"] {
        let again = Answer::read(send(same).await.unwrap()).await;
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.text, first.text);
    }
    let other = Answer::read(send("email=x@b.c").await.unwrap()).await;
    assert_eq!((other.status, &other.json()["error"]["type"]), (400, &"idempotency_error".into()));
    assert_eq!(bench.get("customers").await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_to_bad_parameters_is_not_kept_under_its_key() {
    let bench = Bench::start().await;
    let send = |body: &'static str| {
        bench.request(Method::POST, "customers").header("Idempotency-Key", "k2").body(body).send()
    };
    for bad in ["foo=1", "address[foo]=1", "tax_exempt=perhaps", "balance=much", "expand[]=foo"] {
        assert_eq!(send(bad).await.unwrap().status(), 400, "{bad}");
    }
    assert_eq!(send("email=a@b.c").await.unwrap().status(), 200);
}

#[tokio::test]
async fn pages_follow_each_other_in_both_directions() {
    let bench = Bench::start().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(bench.customer().await);
    }
    made.reverse();
    let ids = |list: &serde_json::Value| {
        list["data"].as_array().unwrap().iter().map(id).collect::<Vec<_>>()
    };
    let first = bench.get("customers?limit=2").await;
    assert_eq!((ids(&first), &first["has_more"]), (made[..2].to_vec(), &true.into()));
    let second = bench.get(&format!("customers?limit=2&starting_after={}", made[1])).await;
    assert_eq!(ids(&second), made[2..4]);
    let last = bench.get(&format!("customers?limit=2&starting_after={}", made[3])).await;
    assert_eq!((ids(&last), &last["has_more"]), (made[4..].to_vec(), &false.into()));
    let back = bench.get(&format!("customers?limit=2&ending_before={}", made[3])).await;
    assert_eq!((ids(&back), &back["has_more"]), (made[1..3].to_vec(), &true.into()));
}

#[tokio::test]
async fn a_list_goes_on_after_a_row_that_its_filter_no_longer_lets_through() {
    let bench = Bench::start().await;
    let mut made = Vec::new();
    for name in ["One", "Two", "Three"] {
        made.push(id(&bench.post("products", &format!("name={name}")).await));
    }
    bench.post(&format!("products/{}", made[2]), "active=false").await;
    let page = bench.get(&format!("products?active=true&limit=1&starting_after={}", made[2])).await;
    assert_eq!((id(&page["data"][0]), &page["has_more"]), (made[1].clone(), &true.into()));
    bench.post(&format!("products/{}", made[0]), "active=false").await;
    let page = bench.get(&format!("products?active=true&ending_before={}", made[0])).await;
    assert_eq!((id(&page["data"][0]), &page["has_more"]), (made[1].clone(), &false.into()));
}

#[tokio::test]
async fn a_request_for_an_expansion_that_there_is_not_does_nothing() {
    let bench = Bench::start().await;
    let events = bench.events().await;
    let refused = bench.try_post("customers", "email=a@b.c&expand[]=email").await;
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &"expand".into()));
    assert_eq!(bench.get("customers").await["data"].as_array().unwrap().len(), 0);
    assert_eq!(bench.events().await, events);
    let customer = bench.customer().await;
    let request = bench.request(Method::DELETE, &format!("customers/{customer}?expand[]=foo"));
    assert_eq!(request.send().await.unwrap().status(), 400);
    assert!(bench.get(&format!("customers/{customer}")).await["deleted"].is_null());
}

#[tokio::test]
async fn an_invoice_that_needs_no_payment_has_no_confirmation_secret() {
    let bench = Bench::start().await;
    let subscription = bench.subscribe(1, true, "4242424242424242").await;
    let invoice = subscription["latest_invoice"].as_str().unwrap();
    let expanded = bench.get(&format!("invoices/{invoice}?expand[]=confirmation_secret")).await;
    assert_eq!(expanded["confirmation_secret"], serde_json::Value::Null);
}

#[tokio::test]
async fn expansion_replaces_ids_by_objects() {
    let bench = Bench::start().await;
    let price = &bench.get("prices?lookup_keys[]=ai_employee_monthly&expand[]=data.product").await
        ["data"][0];
    assert_eq!(price["product"]["name"], "AI Employee Plan");
    assert_eq!(price["unit_amount"], 4_900);
    let subscription = id(&bench.subscribe(2, true, "4242424242424242").await);
    let path = format!(
        "subscriptions/{subscription}?expand[]=customer&expand[]=latest_invoice&expand[]=items.data.price.product&expand[]=default_payment_method"
    );
    let expanded = bench.get(&path).await;
    assert_eq!(expanded["customer"]["email"], "owner@example.com");
    assert_eq!(expanded["latest_invoice"]["status"], "paid");
    assert_eq!(expanded["items"]["data"][0]["price"]["product"]["name"], "AI Employee Plan");
    assert_eq!(expanded["default_payment_method"]["card"]["last4"], "4242");
    let refused = Answer::read(
        bench
            .request(Method::GET, &format!("subscriptions/{subscription}?expand[]=status"))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn a_rebound_host_name_is_refused_on_every_path() {
    let bench = Bench::start().await;
    for path in ["/", "/v1/customers"] {
        let request = bench
            .client
            .get(format!("{}{path}", bench.sandbox.url()))
            .bearer_auth("sk_test_x")
            .header("host", "evil.example");
        assert_eq!(request.send().await.unwrap().status(), 403, "{path}");
    }
    let request = bench
        .client
        .post(format!("{}/_sandbox/advance", bench.sandbox.url()))
        .header("origin", "https://evil.example")
        .body("by=60");
    assert_eq!(request.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn it_starts_on_loopback_only_and_says_when_a_port_is_taken() {
    let config = |addr: &str| SandboxConfig {
        addr: addr.parse().unwrap(),
        webhook: None,
        state: None,
        anew: false,
        empty: false,
    };
    assert!(matches!(Sandbox::start(config("0.0.0.0:0")).await, Err(SandboxError::NotLoopback(_))));
    let first = Sandbox::start(config("127.0.0.1:0")).await.unwrap();
    let taken = first.url().trim_start_matches("http://").to_owned();
    let error = Sandbox::start(config(&taken)).await.unwrap_err();
    assert!(error.to_string().contains("is in use: stop the program that has it"), "{error}");
    first.stop().await;
    Sandbox::start(config(&taken)).await.unwrap().stop().await;
}
