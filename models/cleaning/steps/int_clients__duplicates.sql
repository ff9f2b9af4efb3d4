-- One row per raw row whose source client id occurs again: what kind of repetition it is, and of which row.
{{ config(materialized='table', post_hook="{{ check_parts_are_no_months(this, ref('int_clients__unioned')) }}") }}

with candidates as (
    select * from {{ ref('int_clients__suspects') }}
    where is_repeated
),

copies as (
    select
        *,
        row_number() over whole_row as copy_number,
        first_value(source_file) over whole_row as first_copy_file,
        first_value(source_row_number) over whole_row as first_copy_row_number
    from candidates
    window whole_row as (
        partition by
            portfolio, {{ staged_columns() | join(', ') }}, additional_attributes,
            case when row_problem is not null then raw_line end
        order by source_file, source_row_number
    )
),

within_city as (
    select
        *,
        row_number() over same_client as occurrence,
        first_value(source_file) over same_client as first_file,
        first_value(source_row_number) over same_client as first_row_number
    from copies
    where copy_number = 1 and rule_codes = ''
    window same_client as (
        partition by portfolio, client_id, city_key order by source_file, source_row_number
    )
),

across_cities as (
    select
        *,
        count(*) over same_id as city_count,
        min(known_gender) over same_id = max(known_gender) over same_id as is_same_gender,
        coalesce(min(age_number) over same_id = max(age_number) over same_id, true) as is_same_age,
        count(*) filter (where is_churned_flag) over same_id as churned_count
    from within_city
    where occurrence = 1
    window same_id as (partition by portfolio, client_id)
),

classified as (
    select
        source_file,
        source_row_number,
        portfolio,
        'exact_duplicate' as reason_code,
        cast(null as {{ dbt.type_string() }}) as duplicate_kind,
        first_copy_file as repeats_file,
        first_copy_row_number as repeats_row_number
    from copies
    where copy_number > 1
    union all
    select
        source_file,
        source_row_number,
        portfolio,
        'client_id_repeated' as reason_code,
        cast(null as {{ dbt.type_string() }}) as duplicate_kind,
        first_file as repeats_file,
        first_row_number as repeats_row_number
    from within_city
    where occurrence > 1
    union all
    -- One person registered in two cities: equal gender, equal age (or one age missing), no churn on either side.
    select
        source_file,
        source_row_number,
        portfolio,
        cast(null as {{ dbt.type_string() }}) as reason_code,
        case
            when is_same_gender and is_same_age and churned_count = 0 then 'likely_same_person'
            else 'different_people'
        end as duplicate_kind,
        cast(null as {{ dbt.type_string() }}) as repeats_file,
        cast(null as bigint) as repeats_row_number
    from across_cities
    where city_count > 1
)

select * from classified
