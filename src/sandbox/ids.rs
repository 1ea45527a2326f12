//! Ids in Stripe's shapes, with suffixes that cannot be guessed.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A new id for a prefix, with 14 random characters, such as `cus_…`.
pub fn new(prefix: &str) -> String {
    format!("{prefix}_{}", random(14))
}

/// A new id with the longer suffix that Stripe gives subscriptions, invoices and the like.
pub fn long(prefix: &str) -> String {
    format!("{prefix}_{}", random(24))
}

/// A random suffix of letters and digits.
pub fn random(length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // A v4 UUID has 122 random bits; ten characters take 60 of them.
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

/// A stable id for a text: the same text always gives the same one.
pub fn digest(text: &str, length: usize) -> String {
    use sha2::Digest;
    let hash = sha2::Sha256::digest(text.as_bytes());
    hash.iter().take(length).map(|byte| char::from(ALPHABET[usize::from(*byte) % 62])).collect()
}
