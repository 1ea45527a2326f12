//! A `Stripe-Signature` header is accepted if and only if it carries a signature of this very body, by
//! one of the secrets, at its own time, which is near.
//!
//! The input's first line is the header, the rest the body. In the header NOW stands for the time, and
//! CURRENT and PREVIOUS for the two secrets' signatures of the body at the header's time.

use hmac::{Hmac, Mac};
use portal::webhooks::{SignatureError, verify};
use sha2::Sha256;

const NOW: i64 = 1_800_000_000;
const SECRETS: [&str; 2] = ["whsec_current", "whsec_previous"];

pub fn check(input: &[u8]) {
    let Ok(input) = std::str::from_utf8(input) else { return };
    let (template, body) = input.split_once('\n').unwrap_or((input, ""));
    let template = template.replace("NOW", &NOW.to_string());
    let time = fields(&template, "t").last().and_then(|time| time.parse().ok()).unwrap_or(NOW);
    let header = template
        .replace("CURRENT", &signature(SECRETS[0], time, body))
        .replace("PREVIOUS", &signature(SECRETS[1], time, body));

    let taken = verify(&header, body.as_bytes(), &SECRETS.map(str::to_owned), NOW);
    assert_eq!(taken, expected(&header, body), "{header}");
    // Without secrets no signature is valid, and another body is not signed.
    assert!(verify(&header, body.as_bytes(), &[], NOW).is_err());
    assert!(
        verify(&header, format!("{body}.").as_bytes(), &SECRETS.map(str::to_owned), NOW).is_err()
    );
}

fn expected(header: &str, body: &str) -> Result<(), SignatureError> {
    let times: Result<Vec<i64>, _> = fields(header, "t").map(str::parse).collect();
    let is_hex =
        |text: &&str| text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit());
    let mut given = fields(header, "v1").filter(is_hex).peekable();
    let (Ok(Some(&time)), Some(_)) = (times.as_ref().map(|all| all.last()), given.peek()) else {
        return Err(SignatureError::Malformed);
    };
    let right = SECRETS.map(|secret| signature(secret, time, body));
    if !given.any(|text| right.contains(&text.to_ascii_lowercase())) {
        return Err(SignatureError::Mismatch);
    }
    let near = (i128::from(NOW) - i128::from(time)).abs() <= 300;
    if near { Ok(()) } else { Err(SignatureError::Expired) }
}

/// The values of this key.
fn fields<'a>(header: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let pairs = header.split(',').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(key, _)| *key == name).map(|(_, value)| value)
}

fn signature(secret: &str, time: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(format!("{time}.{body}").as_bytes());
    hex::encode(mac.finalize().into_bytes())
}
