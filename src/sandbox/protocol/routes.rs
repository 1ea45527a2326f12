//! Every endpoint, with the parameters of Stripe's: any other is `parameter_unknown`.

use crate::sandbox::protocol::Call;
use crate::sandbox::protocol::errors::ApiError;
use crate::sandbox::resources::{
    charges, checkout_sessions, coupons, credit_notes, customers, events, invoice_changes,
    invoices, new_subscriptions, payment_intents, payment_methods, portal_configurations,
    portal_sessions, previews, prices, products, promotion_codes, refunds, setup_intents,
    subscription_changes, subscription_items, subscriptions, test_clocks, webhook_endpoints,
};
use crate::sandbox::state::State;
use dioxus::server::axum::http::Method;
use serde_json::Value;

type Handler = fn(&mut State, &Call) -> Result<Value, ApiError>;

/// An endpoint.
pub struct Route {
    method: Method,
    /// The path below `/v1/`; `{}` stands for an id.
    path: &'static str,
    pub run: Handler,
    /// The names of its top-level parameters, beside `expand`.
    pub takes: &'static str,
}

impl Route {
    /// The endpoint as it is written: `POST /v1/subscriptions/{id}`.
    pub fn name(&self) -> String {
        format!("{} /v1/{}", self.method, self.path.replace("{}", "{id}"))
    }
}

/// Every endpoint's name.
pub fn names() -> impl Iterator<Item = String> {
    ROUTES.iter().map(Route::name)
}

/// The endpoint for a method and path, and the id in the path.
pub fn find(method: &Method, path: &str) -> Option<(&'static Route, String)> {
    let path = path.strip_prefix("/v1/")?.trim_end_matches('/');
    ROUTES
        .iter()
        .filter(|route| route.method == *method)
        .find_map(|route| Some((route, matches(route.path, path)?)))
}

fn matches(pattern: &str, path: &str) -> Option<String> {
    let mut id = String::new();
    let mut given = path.split('/');
    for expected in pattern.split('/') {
        let part = given.next()?;
        // At Stripe, `search` stands where an id would; the sandbox has no search.
        if expected == "{}" && part != "search" {
            id = part.to_owned();
        } else if expected != part {
            return None;
        }
    }
    given.next().is_none().then_some(id)
}

const fn get(path: &'static str, run: Handler, takes: &'static str) -> Route {
    Route { method: Method::GET, path, run, takes }
}

const fn post(path: &'static str, run: Handler, takes: &'static str) -> Route {
    Route { method: Method::POST, path, run, takes }
}

const fn delete(path: &'static str, run: Handler, takes: &'static str) -> Route {
    Route { method: Method::DELETE, path, run, takes }
}

#[rustfmt::skip]
static ROUTES: &[Route] = &[
    get("products", products::list, "ending_before limit starting_after active created ids shippable type url"),
    post("products", products::create, "name active default_price_data description id images marketing_features metadata package_dimensions shippable statement_descriptor tax_code tax_details type unit_label url"),
    get("products/{}", products::retrieve, ""),
    post("products/{}", products::update, "active default_price description images marketing_features metadata name package_dimensions shippable statement_descriptor tax_code tax_details unit_label url"),
    delete("products/{}", products::delete, ""),
    get("prices", prices::list, "ending_before limit starting_after active created currency lookup_keys product recurring type"),
    post("prices", prices::create, "currency active billing_scheme currency_options custom_unit_amount lookup_key metadata nickname product product_data recurring tax_behavior tiers tiers_mode transfer_lookup_key transform_quantity unit_amount unit_amount_decimal"),
    get("prices/{}", prices::retrieve, ""),
    post("prices/{}", prices::update, "active currency_options lookup_key metadata nickname tax_behavior transfer_lookup_key"),
    get("customers", customers::list, "ending_before limit starting_after created email test_clock"),
    post("customers", customers::create, "address balance business_name cash_balance description email individual_name invoice_prefix invoice_settings metadata name next_invoice_sequence payment_method phone preferred_locales shipping source tax tax_exempt tax_id_data test_clock validate"),
    get("customers/{}", customers::retrieve, ""),
    post("customers/{}", customers::update, "address balance business_name cash_balance default_source description email individual_name invoice_prefix invoice_settings metadata name next_invoice_sequence phone preferred_locales shipping source tax tax_exempt validate"),
    delete("customers/{}", customers::delete, ""),
    get("customers/{}/payment_methods", payment_methods::of_customer, "ending_before limit starting_after allow_redisplay type"),
    get("checkout/sessions", checkout_sessions::list, "ending_before limit starting_after created customer customer_account customer_details payment_intent payment_link status subscription"),
    post("checkout/sessions", checkout_sessions::create, "adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types automatic_tax billing_address_collection branding_settings cancel_url client_reference_id consent_collection currency custom_fields custom_text customer customer_account customer_creation customer_email customer_update discounts excluded_payment_method_types expires_at integration_identifier invoice_creation line_items locale managed_payments metadata mode name_collection optional_items origin_context payment_intent_data payment_method_collection payment_method_configuration payment_method_data payment_method_options permissions phone_number_collection redirect_on_completion return_url saved_payment_method_options setup_intent_data shipping_address_collection shipping_options submit_type subscription_data success_url tax_id_collection ui_mode wallet_options"),
    get("checkout/sessions/{}", checkout_sessions::retrieve, ""),
    post("checkout/sessions/{}", checkout_sessions::update, "collected_information line_items metadata shipping_options"),
    post("checkout/sessions/{}/expire", checkout_sessions::expire, ""),
    get("checkout/sessions/{}/line_items", checkout_sessions::line_items, "ending_before limit starting_after"),
    post("billing_portal/sessions", portal_sessions::create, "configuration customer customer_account flow_data locale on_behalf_of return_url"),
    get("billing_portal/configurations", portal_configurations::list, "ending_before limit starting_after active is_default"),
    post("billing_portal/configurations", portal_configurations::create, "features business_profile default_return_url login_page metadata name"),
    get("billing_portal/configurations/{}", portal_configurations::retrieve, ""),
    post("billing_portal/configurations/{}", portal_configurations::update, "active business_profile default_return_url features login_page metadata name"),
    get("subscriptions", subscriptions::list, "ending_before limit starting_after automatic_tax collection_method created current_period_end current_period_start customer customer_account plan price status test_clock"),
    post("subscriptions", new_subscriptions::create, "add_invoice_items application_fee_percent automatic_tax backdate_start_date billing_cycle_anchor billing_cycle_anchor_config billing_mode billing_schedules billing_thresholds cancel_at cancel_at_period_end collection_method currency customer customer_account days_until_due default_payment_method default_source default_tax_rates description discounts invoice_settings items metadata off_session on_behalf_of payment_behavior payment_settings pending_invoice_item_interval proration_behavior transfer_data trial_end trial_from_plan trial_period_days trial_settings"),
    get("subscriptions/{}", subscriptions::retrieve, ""),
    post("subscriptions/{}", subscription_changes::update, "add_invoice_items application_fee_percent automatic_tax billing_cycle_anchor billing_schedules billing_thresholds cancel_at cancel_at_period_end cancellation_details collection_method days_until_due default_payment_method default_source default_tax_rates description discounts invoice_settings items metadata off_session on_behalf_of pause_collection payment_behavior payment_settings pending_invoice_item_interval proration_behavior proration_date transfer_data trial_end trial_from_plan trial_settings"),
    delete("subscriptions/{}", subscriptions::cancel, "cancellation_details invoice_now prorate"),
    post("subscriptions/{}/resume", subscriptions::resume, "billing_cycle_anchor payment_behavior proration_behavior proration_date"),
    get("subscription_items", subscription_items::list, "ending_before limit starting_after subscription"),
    post("subscription_items", subscription_items::create, "billing_thresholds current_trial discounts metadata payment_behavior plan price price_data proration_behavior proration_date quantity subscription tax_rates"),
    get("subscription_items/{}", subscription_items::retrieve, ""),
    post("subscription_items/{}", subscription_items::update, "billing_thresholds current_trial discounts metadata off_session payment_behavior plan price price_data proration_behavior proration_date quantity tax_rates"),
    get("payment_methods", payment_methods::list, "ending_before limit starting_after allow_redisplay customer customer_account type"),
    post("payment_methods", payment_methods::create, "acss_debit affirm afterpay_clearpay alipay allow_redisplay alma amazon_pay au_becs_debit bacs_debit bancontact billie billing_details bizum blik boleto card cashapp crypto custom customer customer_balance eps fpx giropay grabpay ideal interac_present kakao_pay klarna konbini kr_card link mb_way metadata mobilepay multibanco naver_pay nz_bank_account oxxo p24 pay_by_bank payco payment_method paynow paypal paypay payto pix promptpay radar_options revolut_pay samsung_pay satispay scalapay sepa_debit sequra sofort sunbit swish twint type upi us_bank_account wechat_pay zip"),
    get("payment_methods/{}", payment_methods::retrieve, ""),
    post("payment_methods/{}", payment_methods::update, "allow_redisplay billing_details card metadata us_bank_account"),
    post("payment_methods/{}/attach", payment_methods::attach, "customer customer_account"),
    post("payment_methods/{}/detach", payment_methods::detach, ""),
    get("setup_intents", setup_intents::list, "ending_before limit starting_after attach_to_self created customer customer_account payment_method"),
    post("setup_intents", setup_intents::create, "allowed_payment_method_types attach_to_self automatic_payment_methods confirm confirmation_token customer customer_account description excluded_payment_method_types flow_directions mandate_data metadata on_behalf_of payment_method payment_method_configuration payment_method_data payment_method_options return_url single_use usage use_stripe_sdk"),
    get("setup_intents/{}", setup_intents::retrieve, "client_secret"),
    post("setup_intents/{}", setup_intents::update, "allowed_payment_method_types attach_to_self customer customer_account description excluded_payment_method_types flow_directions metadata payment_method payment_method_configuration payment_method_data payment_method_options"),
    post("setup_intents/{}/confirm", setup_intents::confirm, "allowed_payment_method_types confirmation_token mandate_data payment_method payment_method_data payment_method_options return_url use_stripe_sdk"),
    post("setup_intents/{}/cancel", setup_intents::cancel, "cancellation_reason"),
    get("invoices", invoices::list, "ending_before limit starting_after collection_method created customer customer_account due_date status subscription"),
    post("invoices/create_preview", previews::create, "automatic_tax currency customer customer_account customer_details discounts invoice_items issuer on_behalf_of preview_mode schedule schedule_details subscription subscription_details"),
    get("invoices/{}", invoices::retrieve, ""),
    post("invoices/{}", invoice_changes::update, "account_tax_ids application_fee_amount auto_advance automatic_tax automatically_finalizes_at collection_method custom_fields days_until_due default_payment_method default_source default_tax_rates description discounts due_date effective_at footer issuer metadata number on_behalf_of payment_settings rendering shipping_cost shipping_details statement_descriptor transfer_data"),
    post("invoices/{}/finalize", invoice_changes::finalize, "auto_advance"),
    post("invoices/{}/void", invoice_changes::void, ""),
    get("invoices/{}/lines", invoices::lines, "ending_before limit starting_after"),
    post("invoices/{}/pay", invoice_changes::pay, "forgive mandate off_session paid_out_of_band payment_method source"),
    get("payment_intents/{}", payment_intents::retrieve, "client_secret"),
    post("payment_intents/{}", payment_intents::update, "allowed_payment_method_types amount amount_details application_fee_amount capture_method currency customer customer_account description excluded_payment_method_types hooks metadata payment_details payment_method payment_method_configuration payment_method_data payment_method_options receipt_email setup_future_usage shipping statement_descriptor statement_descriptor_suffix transfer_data transfer_group"),
    get("charges", charges::list, "ending_before limit starting_after created customer payment_intent transfer_group"),
    get("charges/{}", charges::retrieve, ""),
    get("refunds", refunds::list, "ending_before limit starting_after charge created payment_intent"),
    post("refunds", refunds::create, "amount charge currency customer instructions_email metadata origin payment_intent reason refund_application_fee reverse_transfer"),
    get("refunds/{}", refunds::retrieve, ""),
    get("credit_notes", credit_notes::list, "ending_before limit starting_after created customer customer_account invoice"),
    post("credit_notes", credit_notes::create, "amount credit_amount credit_ratio effective_at email_type invoice lines memo metadata out_of_band_amount reason refund_amount refunds shipping_cost"),
    get("credit_notes/{}", credit_notes::retrieve, ""),
    get("coupons", coupons::list, "ending_before limit starting_after created"),
    post("coupons", coupons::create, "amount_off applies_to currency currency_options duration duration_in_months id max_redemptions metadata name percent_off redeem_by"),
    get("coupons/{}", coupons::retrieve, ""),
    post("coupons/{}", coupons::update, "currency_options metadata name"),
    delete("coupons/{}", coupons::delete, ""),
    get("promotion_codes", promotion_codes::list, "ending_before limit starting_after active code coupon created customer customer_account"),
    post("promotion_codes", promotion_codes::create, "active code customer customer_account expires_at max_redemptions metadata promotion restrictions"),
    get("promotion_codes/{}", promotion_codes::retrieve, ""),
    post("promotion_codes/{}", promotion_codes::update, "active metadata restrictions"),
    get("events", events::list, "ending_before limit starting_after created delivery_success type types"),
    get("events/{}", events::retrieve, ""),
    get("webhook_endpoints", webhook_endpoints::list, "ending_before limit starting_after"),
    post("webhook_endpoints", webhook_endpoints::create, "enabled_events url api_version connect description metadata"),
    get("webhook_endpoints/{}", webhook_endpoints::retrieve, ""),
    post("webhook_endpoints/{}", webhook_endpoints::update, "description disabled enabled_events metadata url"),
    delete("webhook_endpoints/{}", webhook_endpoints::delete, ""),
    get("test_helpers/test_clocks", test_clocks::list, "ending_before limit starting_after"),
    post("test_helpers/test_clocks", test_clocks::create, "customer frozen_time name"),
    get("test_helpers/test_clocks/{}", test_clocks::retrieve, ""),
    delete("test_helpers/test_clocks/{}", test_clocks::delete, ""),
    post("test_helpers/test_clocks/{}/advance", test_clocks::advance, "frozen_time"),
];
