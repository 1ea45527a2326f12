//! The pages without scripts: every action is a form, answered with a redirect to the page, which says
//! what was done.

mod account;
mod agents;
mod billing;

use crate::helpers::*;
use portal::model::Role;

const TENANT: (&str, &str) = ("tenant_id", DEMO);

/// Whether the page has a ticked checkbox or radio button of this value.
fn is_ticked(html: &str, value: &str) -> bool {
    let of_value = format!("value=\"{value}\"");
    let inputs = html.split("<input").skip(1).filter_map(|input| input.split('>').next());
    inputs.filter(|input| input.contains(&of_value)).any(|input| input.contains(" checked"))
}
