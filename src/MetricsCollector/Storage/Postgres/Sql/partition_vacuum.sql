-- Makes the room of removed rows fit for use, and gives back what lies at the end. Blocks neither readers nor writers.
VACUUM {partition}
