//! The parameters of a Checkout, and what the sandbox does with each

/// Stripe's parameters that the sandbox rejects.
pub(super) const NOT_SUPPORTED: &[&str] = &[
    "optional_items",
    "payment_intent_data",
    "return_url",
    "shipping_address_collection",
    "shipping_options",
    "payment_method_data",
    "custom_fields",
    "permissions",
    "managed_payments",
    "after_expiration",
    "customer_account",
    "setup_intent_data",
];
/// The parameters of one of the `line_items`.
pub(super) const LINE_ITEM: &str =
    "adjustable_quantity metadata price price_data quantity tax_rates";
/// The parameters of `subscription_data`.
pub(super) const SUBSCRIPTION_DATA: &str = "application_fee_percent billing_cycle_anchor billing_cycle_anchor_config billing_mode default_tax_rates description invoice_settings metadata on_behalf_of pending_invoice_item_interval proration_behavior transfer_data trial_end trial_period_days trial_settings";
/// The parameters of `subscription_data` that the sandbox supports.
pub(super) const CARRIED_OUT: &[&str] = &[
    "trial_period_days",
    "trial_end",
    "metadata",
    "description",
    "trial_settings",
    "billing_mode",
    "proration_behavior",
];
/// Parameters that are accepted without effect, each with its own parameters.
pub(super) const IGNORED: &[(&str, &str)] = &[
    ("adaptive_pricing", "enabled"),
    (
        "branding_settings",
        "background_color border_style button_color display_name font_family icon logo",
    ),
    ("consent_collection", "payment_method_reuse_agreement promotions terms_of_service"),
    ("custom_text", "after_submit shipping_address submit terms_of_service_acceptance"),
    ("invoice_creation", "enabled invoice_data"),
    ("name_collection", "business individual"),
    ("phone_number_collection", "enabled"),
    (
        "saved_payment_method_options",
        "allow_redisplay_filters payment_method_remove payment_method_save",
    ),
    ("wallet_options", "link"),
];
/// Parameters that take one of several words, which is stored.
pub(super) const CHOICES: &[(&str, &[&str])] = &[
    ("billing_address_collection", &["auto", "required"]),
    ("locale", LOCALES),
    ("payment_method_collection", &["always", "if_required"]),
    ("submit_type", &["auto", "book", "donate", "pay", "subscribe"]),
];
const LOCALES: &[&str] = &[
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr",
    "fr-CA", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt",
    "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];
