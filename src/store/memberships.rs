//! Who belongs to a tenant, who joins it and who leaves it. A tenant always keeps an owner.

use crate::model::{ActivityKind, Email, OperatorId, Role, TenantId, Timestamp};
use crate::store::activity::tell;
use crate::store::columns::read_role;
use crate::store::schema::{invitations, memberships, operators};
use crate::store::{Db, NewActivity, Operator, StoreResult, change, query, read};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Who joins a tenant.
#[derive(Debug, Clone, Copy)]
pub enum Invited<'a> {
    /// Somebody new, with their password hash if they have chosen one.
    New { operator: &'a Operator, password_hash: Option<&'a str> },
    /// Somebody with an account.
    Known(&'a OperatorId),
}

/// The outcome of removing somebody from a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    Removed,
    /// They were neither one of the tenant's people nor invited.
    NotThere,
    /// They are the only owner: nothing is changed.
    LastOwner,
}

/// The role that the person has in the tenant so far, read on the connection of an open transaction.
macro_rules! role_of {
    ($conn:ident, $tenant_id:expr, $invited:expr) => {{
        use $crate::store::schema::memberships;
        match $invited {
            Invited::New { .. } => None,
            Invited::Known(operator_id) => memberships::table
                .find((operator_id.as_str(), $tenant_id.as_str()))
                .select(memberships::role)
                .first::<String>(&mut *$conn)
                .await
                .optional()?
                .map(|role| $crate::store::columns::read_role(&role))
                .transpose()?,
        }
    }};
}

/// Whether they are the tenant's only owner, read on the connection of an open transaction.
macro_rules! is_only_owner {
    ($conn:ident, $tenant_id:expr, $operator_id:expr) => {{
        let owners: Vec<String> = memberships::table
            .filter(memberships::tenant_id.eq($tenant_id.as_str()))
            .filter(memberships::role.eq(Role::Owner.as_str()))
            .select(memberships::operator_id)
            .load(&mut *$conn)
            .await?;
        owners == [$operator_id.as_str()]
    }};
}

/// Adds the person to the tenant or changes their role, on the connection of an open transaction, and
/// records what is new. Voids an invitation that they have not used. `$present` is their role so far.
macro_rules! admit {
    ($conn:ident, $tenant_id:expr, $invited:expr, $present:expr, $role:expr, $entry:expr, $now:expr) => {{
        use $crate::store::schema::{invitations, memberships, operators};
        let role = $role.as_str();
        let operator_id = match $invited {
            Invited::New { operator, password_hash } => {
                $crate::store::operators::insert_operator!(
                    &mut *$conn,
                    operator,
                    password_hash,
                    $now
                )?;
                &operator.id
            }
            Invited::Known(operator_id) => operator_id,
        };
        diesel::insert_into(memberships::table)
            .values((
                memberships::operator_id.eq(operator_id.as_str()),
                memberships::tenant_id.eq($tenant_id.as_str()),
                memberships::role.eq(role),
            ))
            .on_conflict((memberships::operator_id, memberships::tenant_id))
            .do_update()
            .set(memberships::role.eq(role))
            .execute(&mut *$conn)
            .await?;
        let email = operators::table.find(operator_id.as_str()).select(operators::email);
        diesel::delete(invitations::table)
            .filter(invitations::tenant_id.eq($tenant_id.as_str()))
            .filter(invitations::email.eq_any(email))
            .execute(&mut *$conn)
            .await?;
        let news = $crate::store::memberships::news($entry, $present, $role);
        $crate::store::activity::tell!($conn, $tenant_id, $now, news.iter());
    }};
}
pub(crate) use {admit, role_of};

/// The role to give somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewRole {
    Exactly(Role),
    /// At least this one: a higher role that they have already stays.
    AtLeast(Role),
}

/// The timeline entry for somebody who gets `role` and had `present`; none if nothing changes.
pub(crate) fn news(joined: &NewActivity, present: Option<Role>, role: Role) -> Option<NewActivity> {
    let entry = joined.clone().to(role.as_str());
    match present {
        None => Some(entry),
        Some(present) if present == role => None,
        Some(present) => {
            let kind = ActivityKind::OperatorRoleChanged;
            Some(NewActivity { kind, ..entry }.from(present.as_str()))
        }
    }
}

impl Db {
    /// Adds an operator to the tenant, or changes their role.
    pub async fn put_membership(
        &self,
        tenant_id: &TenantId,
        operator_id: &OperatorId,
        role: Role,
    ) -> StoreResult<()> {
        query!(self, conn => {
            diesel::insert_into(memberships::table)
                .values((
                    memberships::operator_id.eq(operator_id.as_str()),
                    memberships::tenant_id.eq(tenant_id.as_str()),
                    memberships::role.eq(role.as_str()),
                ))
                .on_conflict((memberships::operator_id, memberships::tenant_id))
                .do_update()
                .set(memberships::role.eq(role.as_str()))
                .execute(conn)
                .await
        })?;
        Ok(())
    }

    /// The operator's role in the tenant.
    pub async fn role(
        &self,
        tenant_id: &TenantId,
        operator_id: &OperatorId,
    ) -> StoreResult<Option<Role>> {
        let role: Option<String> = read!(self, conn => {
            memberships::table
                .find((operator_id.as_str(), tenant_id.as_str()))
                .select(memberships::role)
                .first(conn)
                .await
                .optional()
        })?;
        role.map(|role| read_role(&role)).transpose()
    }

    /// Adds somebody to the tenant without an invitation, or changes their role; `entry` is for
    /// joining. Returns `false`, and changes nothing, if the tenant would be left without an owner.
    ///
    /// # Errors
    /// A unique violation when a new operator's email is taken; a foreign key violation when there is
    /// no such tenant.
    pub async fn admit(
        &self,
        tenant_id: &TenantId,
        invited: Invited<'_>,
        role: NewRole,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<bool> {
        change!(self, tenant_id, conn => {
            let present = role_of!(conn, tenant_id, invited);
            let role = match role {
                NewRole::Exactly(role) => role,
                NewRole::AtLeast(role) => present.map_or(role, |present| present.max(role)),
            };
            if role != Role::Owner
                && let Invited::Known(operator_id) = invited
                && is_only_owner!(conn, tenant_id, operator_id)
            {
                return Ok(false);
            }
            admit!(conn, tenant_id, invited, present, role, entry, now);
            Ok(true)
        })
    }

    /// Removes somebody from a tenant, and voids an invitation that they have not used.
    pub async fn remove(
        &self,
        tenant_id: &TenantId,
        email: &Email,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<Removal> {
        change!(self, tenant_id, conn => {
            let operator_id: Option<String> = operators::table
                .filter(operators::email.eq(email.as_str()))
                .select(operators::id)
                .first(&mut *conn)
                .await
                .optional()?;
            let left = match &operator_id {
                Some(operator_id) => {
                    if is_only_owner!(conn, tenant_id, operator_id) {
                        return Ok(Removal::LastOwner);
                    }
                    diesel::delete(memberships::table.find((operator_id, tenant_id.as_str())))
                        .execute(&mut *conn)
                        .await?
                }
                None => 0,
            };
            let voided = diesel::delete(invitations::table)
                .filter(invitations::tenant_id.eq(tenant_id.as_str()))
                .filter(invitations::email.eq(email.as_str()))
                .execute(&mut *conn)
                .await?;
            if left + voided == 0 {
                return Ok(Removal::NotThere);
            }
            tell!(conn, tenant_id, now, [entry]);
            Ok(Removal::Removed)
        })
    }
}
