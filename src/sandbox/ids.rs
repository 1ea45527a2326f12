//! Ids in Stripe's shapes, with suffixes that cannot be guessed.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new id such as `cus_…` (14 characters) for a prefix.
pub fn new(prefix: &str) -> String {
    format!("{prefix}_{}", random(14))
}

/// A new id with the longer suffix that Stripe gives to subscriptions, invoices and the like.
pub fn long(prefix: &str) -> String {
    format!("{prefix}_{}", random(24))
}

/// A random suffix of letters and digits.
pub fn random(length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // Four bits of a v4 UUID are fixed; sixteen of them carry a suffix of ten characters.
        let mut bits = uuid::Uuid::new_v4().as_u128();
        for _ in 0..10 {
            if text.len() < length {
                text.push(char::from(ALPHABET[(bits % 62) as usize]));
                bits /= 62;
            }
        }
    }
    text
}

/// A stable id for some text: the same text always gives the same one.
pub fn digest(text: &str, length: usize) -> String {
    use sha2::Digest;
    let hash = sha2::Sha256::digest(text.as_bytes());
    hash.iter().take(length).map(|byte| char::from(ALPHABET[usize::from(*byte) % 62])).collect()
}
