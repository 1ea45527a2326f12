//! The pages without scripts: every action is a form, answered with a redirect to the page, which says
//! what was done.

mod account;
mod agents;
mod billing;

use crate::helpers::*;
use portal::model::Role;

const TENANT: (&str, &str) = ("tenant_id", DEMO);
