//! `portal operator`.

use super::output::{print_json, print_line, print_table};
use super::{CliError, CliResult, open_migrated, read_all};
use crate::auth::{
    INVITATION_LIFETIME, NewOperator, RESET_LIFETIME, add_operator, invite, offer_reset,
    remove_operator,
};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::{Email, Name, Role, TenantId, Timestamp};
use crate::store::{Db, InvitationLine, Operator, OperatorLine, StoreResult};
use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};
use std::process::ExitCode;

/// The format of the time at which a link expires.
const UNTIL: &str = "%F %R UTC";

#[derive(Subcommand)]
pub enum Command {
    /// Add an operator: a person who acts for a tenant.
    ///
    /// With --password-stdin somebody new gets the first line of standard input as their password;
    /// without it, a link is printed where they choose one, once and within seven days. The portal
    /// sends no mail: pass the link on. Somebody with an account joins the tenant at once, or gets the
    /// new role.
    #[command(
        after_help = "Examples:\n  portal operator add ada@example.com --name Ada --tenant acme --role owner\n  \
                      pass show ada | portal operator add ada@example.com --name Ada --tenant acme \\\n    \
                      --role owner --password-stdin"
    )]
    Add {
        email: Email,
        /// Their name, as others see it; needed for somebody new.
        #[arg(long)]
        name: Option<Name>,
        #[command(flatten)]
        place: Place,
        /// Read their password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Invite somebody to a tenant: prints a link to accept.
    ///
    /// It works once and within seven days, and replaces an earlier one for the same person and tenant.
    /// Somebody new gives their name and chooses a password there; somebody with an account signs in.
    /// The portal sends no mail: pass the link on.
    #[command(
        after_help = "Example:\n  portal operator invite ada@example.com --tenant acme --role admin"
    )]
    Invite {
        email: Email,
        #[command(flatten)]
        place: Place,
    },
    /// Remove somebody from a tenant.
    ///
    /// They lose access with their next request, and an invitation that they have not used becomes
    /// void. Their account stays, with their other tenants. A tenant's only owner can't be removed:
    /// make somebody else an owner first.
    #[command(after_help = "Example:\n  portal operator remove ada@example.com --tenant acme")]
    Remove {
        email: Email,
        /// The tenant's id.
        #[arg(long, value_name = "ID")]
        tenant: TenantId,
    },
    /// Print a link with which somebody chooses a new password.
    ///
    /// It works once and within an hour. When it is used, all of their sessions end; until then nothing
    /// changes. The portal sends no mail: pass the link on, and only to them.
    #[command(after_help = "Example:\n  portal operator reset ada@example.com")]
    Reset { email: Email },
    /// Make somebody a platform administrator, who can look at every tenant and change none.
    ///
    /// For the people who run the portal, such as support. The tenant's timeline records each look.
    /// They need an account: add them to a tenant of your own first.
    #[command(after_help = "Examples:\n  portal operator platform-admin ada@example.com\n  \
                      portal operator platform-admin ada@example.com --revoke")]
    PlatformAdmin {
        email: Email,
        /// Revoke this instead.
        #[arg(long)]
        revoke: bool,
    },
    /// List the operators with their tenants and roles, and the platform administrators among them.
    #[command(
        after_help = "Examples:\n  portal operator list\n  portal operator list --tenant acme --json"
    )]
    List {
        /// Only this tenant's.
        #[arg(long, value_name = "ID")]
        tenant: Option<TenantId>,
        /// Print JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// List the invitations that can still be accepted.
    #[command(after_help = "Examples:\n  portal operator invitations\n  \
                      portal operator invitations --tenant acme --json")]
    Invitations {
        /// Only to this tenant.
        #[arg(long, value_name = "ID")]
        tenant: Option<TenantId>,
        /// Print JSON, for programs.
        #[arg(long)]
        json: bool,
    },
}

/// A tenant, and a role in it.
#[derive(clap::Args)]
pub struct Place {
    /// The tenant's id.
    #[arg(long, value_name = "ID")]
    tenant: TenantId,
    /// Owners and admins make changes; members only look.
    #[arg(long, value_parser = role())]
    role: Role,
}

fn role() -> impl TypedValueParser<Value = Role> {
    let names = [Role::Owner, Role::Admin, Role::Member].map(Role::as_str);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Role>())
}

pub async fn run(config: &Config, command: Command) -> CliResult {
    let db = open_migrated(config).await?;
    let now = Clock::default().now();
    match command {
        Command::Add { email, name, place, password_stdin } => {
            must_exist(&db, &place.tenant).await?;
            add(config, &db, email, name, &place, password_stdin, now).await?;
        }
        Command::Invite { email, place: Place { tenant, role } } => {
            must_exist(&db, &tenant).await?;
            let token = invite(&db, &tenant, &email, role, now).await?;
            let until = now + INVITATION_LIFETIME;
            hand_over(&link(config, "invitation", &token), &email, until)?;
        }
        Command::Remove { email, tenant } => {
            must_exist(&db, &tenant).await?;
            if !remove_operator(&db, &tenant, &email, now).await? {
                return Err(CliError::failed(format!(
                    "{email} neither belongs to {tenant} nor is invited: `portal operator list \
                     --tenant {tenant}` shows who does"
                )));
            }
            print_line(format!("{email} is out of {tenant}."))?;
        }
        Command::Reset { email } => {
            let operator = known(&db, &email).await?;
            let token = offer_reset(&db, &operator.id, RESET_LIFETIME, now).await?;
            hand_over(&link(config, "password", &token), &email, now + RESET_LIFETIME)?;
        }
        Command::PlatformAdmin { email, revoke } => {
            let operator = known(&db, &email).await?;
            db.set_platform_admin(&operator.id, !revoke).await?;
            let is =
                if revoke { "is no platform administrator any more" } else { "sees every tenant" };
            print_line(format!("{} {is}.", operator.name))?;
        }
        Command::List { tenant, json } => {
            let lines = match &tenant {
                Some(tenant) => {
                    must_exist(&db, tenant).await?;
                    db.people(tenant).await?
                }
                None => everybody(&db).await?,
            };
            if json {
                print_json(&lines.iter().map(to_json).collect::<Vec<_>>())?;
            } else {
                let rows: Vec<[String; 3]> = lines.into_iter().map(to_row).collect();
                print_table(["EMAIL", "NAME", "TENANTS"], &rows)?;
            }
        }
        Command::Invitations { tenant, json } => {
            if let Some(tenant) = &tenant {
                must_exist(&db, tenant).await?;
            }
            let open = db.invitations(tenant.as_ref(), now).await?;
            if json {
                print_json(&open.iter().map(invitation_to_json).collect::<Vec<_>>())?;
            } else {
                let rows: Vec<[String; 4]> = open.into_iter().map(invitation_to_row).collect();
                print_table(["EMAIL", "TENANT", "ROLE", "UNTIL"], &rows)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn add(
    config: &Config,
    db: &Db,
    email: Email,
    name: Option<Name>,
    Place { tenant, role }: &Place,
    password_stdin: bool,
    now: Timestamp,
) -> Result<(), CliError> {
    let who = match (db.operator(email.as_str()).await?, name) {
        (Some(_), _) if password_stdin => {
            return Err(CliError::failed(format!(
                "{email} has an account already: leave out --password-stdin (`portal operator reset \
                 {email}` prints a link to choose a new password)"
            )));
        }
        (Some(known), _) => NewOperator::Known(known),
        (None, Some(name)) => {
            let typed = password_stdin.then(|| std::io::read_to_string(std::io::stdin()));
            // Password managers print other things in the lines below.
            let password =
                typed.transpose()?.map(|text| text.lines().next().unwrap_or_default().to_owned());
            NewOperator::New { email: email.clone(), name, password }
        }
        (None, None) => {
            return Err(CliError::configuration(format!(
                "{email} has no account yet: say who it is with --name"
            )));
        }
    };
    let (operator, token) = add_operator(db, tenant, who, *role, now).await?;
    eprintln!("{} is {} of {tenant}.", operator.name, role.as_str());
    match token {
        Some(token) => {
            hand_over(&link(config, "password", &token), &email, now + INVITATION_LIFETIME)
        }
        None => Ok(()),
    }
}

async fn known(db: &Db, email: &Email) -> Result<Operator, CliError> {
    let operator = db.operator(email.as_str()).await?;
    operator.ok_or_else(|| {
        CliError::failed(format!(
            "nobody signs in as {email}: `portal operator list` shows who does"
        ))
    })
}

/// An error if there is no such tenant.
async fn must_exist(db: &Db, tenant: &TenantId) -> Result<(), CliError> {
    let missing = || {
        CliError::failed(format!("there is no tenant '{tenant}': `portal tenant add` makes one"))
    };
    db.name_and_revision(tenant).await?.map(|_| ()).ok_or_else(missing)
}

/// The URL of a one-time link.
fn link(config: &Config, kind: &str, token: &str) -> String {
    format!("{}/{kind}/{token}", config.public_url())
}

/// Prints a link, and to standard error what to do with it.
fn hand_over(link: &str, email: &Email, until: Timestamp) -> Result<(), CliError> {
    eprintln!("Give this link to {email}. It works once, until {}:", until.format(UNTIL));
    print_line(link)
}

async fn everybody(db: &Db) -> StoreResult<Vec<OperatorLine>> {
    read_all(async |last: Option<&OperatorLine>, limit| {
        db.operator_lines(last.map(|last| last.operator.email.as_str()), limit).await
    })
    .await
}

fn to_json(
    OperatorLine { operator: Operator { id, email, name }, platform_admin, tenants }: &OperatorLine,
) -> Value {
    json!({
        "id": id,
        "email": email,
        "name": name,
        "platform_admin": platform_admin,
        "tenants": tenants,
    })
}

fn to_row(OperatorLine { operator, platform_admin, tenants }: OperatorLine) -> [String; 3] {
    let all = platform_admin.then(|| "platform administrator".to_owned());
    let roles = tenants.iter().map(|one| format!("{} ({})", one.tenant_id, one.role.as_str()));
    let places: Vec<String> = roles.chain(all).collect();
    [operator.email, operator.name, places.join(", ")]
}

fn invitation_to_json(
    InvitationLine { email, tenant_id, role, expires_at }: &InvitationLine,
) -> Value {
    json!({"email": email, "tenant_id": tenant_id, "role": role, "expires_at": expires_at})
}

fn invitation_to_row(
    InvitationLine { email, tenant_id, role, expires_at }: InvitationLine,
) -> [String; 4] {
    [email, tenant_id.to_string(), role.as_str().to_owned(), expires_at.format(UNTIL).to_string()]
}
