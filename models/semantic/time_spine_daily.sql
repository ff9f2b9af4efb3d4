-- One row per day that the extracts describe. They come without dates, so it is the one day of `snapshot_date`.
select {{ snapshot_date() }} as date_day
