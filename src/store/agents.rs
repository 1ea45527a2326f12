//! Agents, and the quota they must stay within.

use crate::model::{Agent, AgentId, AgentList, AgentName, DeactivatedBy, TenantId, Timestamp};
use crate::store::activity::tell;
use crate::store::schema::{agents, tenants};
use crate::store::tenants::read_count;
use crate::store::{Db, NewActivity, StoreError, StoreResult, query, transaction};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Queryable, Selectable)]
#[diesel(table_name = agents)]
#[diesel(check_for_backend(diesel::pg::Pg, diesel::sqlite::Sqlite))]
struct AgentRow {
    id: String,
    name: String,
    active: bool,
    deactivated_by: Option<String>,
    created_at: NaiveDateTime,
}

/// The tenant's quota and how many agents are active. Writing the tenant's row first makes any
/// other change to its seats wait until this transaction ends.
macro_rules! seats {
    ($conn:ident, $tenant_id:expr) => {{
        let quota: i32 = diesel::update(tenants::table)
            .filter(tenants::id.eq($tenant_id.as_str()))
            .set(tenants::revision.eq(tenants::revision + 1))
            .returning(tenants::agent_quota)
            .get_result(&mut *$conn)
            .await?;
        let active: i64 = agents::table
            .filter(agents::tenant_id.eq($tenant_id.as_str()).and(agents::active))
            .count()
            .get_result(&mut *$conn)
            .await?;
        (quota, active)
    }};
}

/// What became of a wish to have one more agent active.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seat {
    /// The agent is active.
    Taken(Agent),
    /// Every seat of the quota is in use: nothing was changed.
    Full { agent_quota: u32 },
    /// The tenant has no such agent.
    NoSuchAgent,
}

impl Db {
    /// The tenant's agents, oldest first, with the quota.
    pub async fn agents(&self, tenant_id: &TenantId) -> StoreResult<AgentList> {
        let rows: Vec<(i32, Option<AgentRow>)> = query!(self, conn => {
            tenants::table
                .left_join(agents::table.on(agents::tenant_id.eq(tenants::id)))
                .filter(tenants::id.eq(tenant_id.as_str()))
                .order((agents::created_at.asc(), agents::id.asc()))
                .select((tenants::agent_quota, Option::<AgentRow>::as_select()))
                .load(conn)
                .await
        })?;
        let quota = rows.last().map_or(0, |(quota, _)| *quota);
        let agents = rows
            .into_iter()
            .filter_map(|(_, row)| row)
            .map(AgentRow::into_agent)
            .collect::<StoreResult<Vec<_>>>()?;
        let active = agents.iter().filter(|agent| agent.active).count();
        Ok(AgentList {
            agents_active: u32::try_from(active).unwrap_or(u32::MAX),
            agent_quota: read_count(quota.into())?,
            agents,
        })
    }

    /// Writes down which agents go first when the quota shrinks; any earlier choice is forgotten.
    pub async fn choose_leaving(
        &self,
        tenant_id: &TenantId,
        agent_ids: &[AgentId],
    ) -> StoreResult<()> {
        let chosen: Vec<&str> = agent_ids.iter().map(AgentId::as_str).collect();
        transaction!(self, conn => {
            diesel::update(agents::table)
                .filter(agents::tenant_id.eq(tenant_id.as_str()).and(agents::leaving))
                .set(agents::leaving.eq(false))
                .execute(&mut *conn)
                .await?;
            diesel::update(agents::table)
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::id.eq_any(chosen.iter().copied()))
                .set(agents::leaving.eq(true))
                .execute(&mut *conn)
                .await?;
            Ok(())
        })
    }

    /// Adds an active agent, if the quota has a seat for it.
    pub async fn create_agent(
        &self,
        tenant_id: &TenantId,
        agent_id: &AgentId,
        name: &AgentName,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<Seat> {
        transaction!(self, conn => {
            let (quota, active) = seats!(conn, tenant_id);
            if active >= i64::from(quota) {
                return Ok(Seat::Full { agent_quota: read_count(quota.into())? });
            }
            let row: AgentRow = diesel::insert_into(agents::table)
                .values((
                    agents::id.eq(agent_id.as_str()),
                    agents::tenant_id.eq(tenant_id.as_str()),
                    agents::name.eq(name.as_str()),
                    agents::active.eq(true),
                    agents::created_at.eq(now.naive_utc()),
                ))
                .returning(AgentRow::as_returning())
                .get_result(&mut *conn)
                .await?;
            tell!(conn, tenant_id, now, [entry.clone().of(&row.name)].iter());
            Ok(Seat::Taken(row.into_agent()?))
        })
    }

    /// Turns an agent on, if the quota has a seat for it; one that is on stays so.
    pub async fn activate_agent(
        &self,
        tenant_id: &TenantId,
        agent_id: &AgentId,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<Seat> {
        transaction!(self, conn => {
            let (quota, active) = seats!(conn, tenant_id);
            let found: Option<AgentRow> = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::id.eq(agent_id.as_str()))
                .select(AgentRow::as_select())
                .first(&mut *conn)
                .await
                .optional()?;
            let Some(row) = found else { return Ok(Seat::NoSuchAgent) };
            if row.active {
                return Ok(Seat::Taken(row.into_agent()?));
            }
            if active >= i64::from(quota) {
                return Ok(Seat::Full { agent_quota: read_count(quota.into())? });
            }
            let row: AgentRow = diesel::update(agents::table)
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::id.eq(agent_id.as_str()))
                .set((agents::active.eq(true), agents::deactivated_by.eq(None::<&str>)))
                .returning(AgentRow::as_returning())
                .get_result(&mut *conn)
                .await?;
            tell!(conn, tenant_id, now, [entry.clone().of(&row.name)].iter());
            Ok(Seat::Taken(row.into_agent()?))
        })
    }

    /// Turns an agent off in the operator's name, also one that billing had turned off: it then
    /// stays off when billing recovers. `None` when the tenant has no such agent.
    pub async fn deactivate_agent(
        &self,
        tenant_id: &TenantId,
        agent_id: &AgentId,
        entry: &NewActivity,
        now: Timestamp,
    ) -> StoreResult<Option<Agent>> {
        let row: Option<AgentRow> = transaction!(self, conn => {
            seats!(conn, tenant_id);
            let was: Option<Option<String>> = agents::table
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::id.eq(agent_id.as_str()))
                .select(agents::deactivated_by)
                .first(&mut *conn)
                .await
                .optional()?;
            let row: Option<AgentRow> = diesel::update(agents::table)
                .filter(agents::tenant_id.eq(tenant_id.as_str()))
                .filter(agents::id.eq(agent_id.as_str()))
                .set((agents::active.eq(false), agents::deactivated_by.eq("operator")))
                .returning(AgentRow::as_returning())
                .get_result(&mut *conn)
                .await
                .optional()?;
            let news = was.flatten().as_deref() != Some("operator");
            if let Some(row) = row.as_ref().filter(|_| news) {
                tell!(conn, tenant_id, now, [entry.clone().of(&row.name)].iter());
            }
            Ok(row)
        })?;
        row.map(AgentRow::into_agent).transpose()
    }
}

impl AgentRow {
    fn into_agent(self) -> StoreResult<Agent> {
        let unreadable = |text: String| StoreError::Unreadable(text);
        Ok(Agent {
            id: self.id.parse().map_err(|_| unreadable(format!("agents.id '{}'", self.id)))?,
            name: self.name,
            active: self.active,
            deactivated_by: self
                .deactivated_by
                .map(|text| text.parse::<DeactivatedBy>())
                .transpose()
                .map_err(unreadable)?,
            created_at: self.created_at.and_utc(),
        })
    }
}
